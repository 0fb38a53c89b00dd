//! Press texts of the kinds that are common. Everything follows from a seed.

use pressroll::model::{
    Draft, Identity, Media, MediaKind,
    draft::{Category, RawHtml},
};

use super::chance::Chance;

const ENGLISH: &str = "the company today announced its results for the third quarter with revenue growth of strong demand \
    across all regions and a new agreement to expand production capacity while reducing emissions by forty percent before \
    the end of the decade customers partners employees shareholders innovation platform “record” world’s first – and its";
const FRENCH: &str = "le groupe annonce aujourd’hui ses résultats du troisième trimestre avec une croissance organique \
    portée par la demande en Europe et la signature d’un accord stratégique visant à développer les capacités de production \
    tout en réduisant les émissions salariés clients actionnaires été « engagement » société à l’échelle";
const GERMAN: &str = "das Unternehmen gab heute die Ergebnisse für das dritte Quartal bekannt und übertraf die Erwartungen \
    aufgrund starker Nachfrage in allen Regionen sowie einer neuen Vereinbarung zur Erweiterung der Produktionskapazität \
    Größe Maßnahmen Kunden Aktionäre Mitarbeiter „Wachstum“ Geschäftsführung";
const JAPANESE: &str = "当社は 本日、 第3四半期の 決算を 発表しました。 売上高は 前年同期比で 増加し、 全地域で 需要が 堅調に 推移しています。 \
    新たな 提携により 生産能力を 拡大し、 環境負荷を 低減します。 株主 顧客 社員 「新製品」の";

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A release with a figure, links, a list and a table, in English.
    English,
    /// The same in French.
    French,
    /// The same in German.
    German,
    /// The same in Japanese.
    Japanese,
    /// Paragraphs in boxes within boxes, with a summary beside the text.
    Boxes,
    /// What a word processor exports: every few words in a box of their own, with styles.
    Processor,
    /// No markup at all.
    Plain,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::English,
        Self::French,
        Self::German,
        Self::Japanese,
        Self::Boxes,
        Self::Processor,
        Self::Plain,
    ];

    /// In a few words.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "release, English",
            Self::French => "release, French",
            Self::German => "release, German",
            Self::Japanese => "release, Japanese",
            Self::Boxes => "boxes and a summary",
            Self::Processor => "word processor",
            Self::Plain => "plain text",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::French => FRENCH,
            Self::German => GERMAN,
            Self::Japanese => JAPANESE,
            Self::English | Self::Boxes | Self::Processor | Self::Plain => ENGLISH,
        }
    }
}

/// A draft as parsing hands it on.
pub fn draft(kind: Kind, number: u64) -> Draft {
    let mut writer = Writer { kind, number, chance: Chance::new(number ^ (kind as u64) << 32) };
    let host = format!("https://www.company-{}.example", number % 20);
    let link = format!("{host}/news/2026/{number}-results?utm_source=rss&utm_medium=feed");
    let content = match kind {
        Kind::Boxes => writer.boxes(),
        Kind::Processor => writer.processor(),
        Kind::Plain => writer.sentences(12),
        _ => writer.release(),
    };
    let summary = (kind == Kind::Boxes).then(|| RawHtml(format!("<p>{}</p>", writer.sentences(3))));
    let picture = Media {
        url: format!("{host}/images/{number}.jpg"),
        kind: MediaKind::Image,
        mime: Some("image/jpeg".to_owned()),
        bytes: None,
        width: Some(1_200),
        height: Some(630),
        alt: None,
        place: Default::default(),
        language: None,
    };
    Draft {
        identity: Identity { guid: Some(link.clone()), link: Some(link.clone()), content: String::new() },
        title: Some(writer.sentence(8).replace('.', " &amp; Co")),
        link: Some(link),
        published: None,
        updated: None,
        authors: vec!["Press Office".to_owned()],
        content: Some(RawHtml(content)),
        summary,
        categories: vec![Category { term: "Corporate News".to_owned(), scheme: None }],
        media: vec![picture],
        language: Some("en".to_owned()),
        base: Some(format!("{host}/feed.xml")),
        origin: None,
        press: Default::default(),
    }
}

struct Writer {
    kind: Kind,
    number: u64,
    chance: Chance,
}

impl Writer {
    fn sentence(&mut self, words: usize) -> String {
        let known: Vec<&str> = self.kind.words().split_whitespace().collect();
        let chosen: Vec<&str> = (0..words).map(|_| self.chance.one(&known)).collect();
        if self.kind == Kind::Japanese {
            return chosen.concat() + "。";
        }
        let text = chosen.join(" ");
        let first = text.chars().next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
        format!("{first}{}.", text.chars().skip(1).collect::<String>())
    }

    fn sentences(&mut self, count: usize) -> String {
        let sentences: Vec<String> = (0..count)
            .map(|_| {
                let words = self.chance.between(12.0, 30.0) as usize;
                self.sentence(words)
            })
            .collect();
        sentences.join(" ")
    }

    fn release(&mut self) -> String {
        let number = self.number;
        let mut html = format!("<p><strong>PARIS, 2026-03-14 —</strong> {}</p>\n", self.sentences(2));
        html += &format!(
            "<figure><img src=\"/img/{number}.jpg\" alt=\"{}\" width=\"1200\" height=\"630\"><figcaption>© Corporate \
             &amp; Co</figcaption></figure>\n",
            self.sentence(6)
        );
        for _ in 0..4 {
            let text = self.sentences(2);
            html += &format!(
                "<p>{text} <a href=\"/doc/{number}.pdf\" target=\"_blank\" onclick=\"track()\">PDF</a></p>\n"
            );
        }
        html += &format!(
            "<p>{} <a href=\"https://ir.company.example/reports/{number}?utm_medium=feed&amp;year=2026\">Report</a></p>\n",
            self.sentence(20)
        );
        let items: String = (0..3).map(|_| format!("<li>{}</li>", self.sentence(6))).collect();
        html += &format!("<ul>{items}</ul>\n");
        html += "<table><tr><th>EUR m</th><th>Q3</th></tr><tr><td>Revenue</td><td>4,711</td></tr></table>\n";
        html + &format!("<h3>About</h3><p style=\"color:#666;font-size:11px\">{}</p>", self.sentence(25))
    }

    fn boxes(&mut self) -> String {
        let mut html = String::from("<div class=\"body\"><div class=\"row\"><div class=\"column\">\n");
        for _ in 0..6 {
            html += &format!("  <div class=\"text\" data-id=\"7\">{}</div>\n", self.sentences(2));
        }
        html + "  <div><p>Contact:<br/>Press Office<br/><a href=\"mailto:press@company.example\">press@company.example\
                </a></p></div>\n</div></div></div>"
    }

    fn processor(&mut self) -> String {
        let mut html = String::new();
        for _ in 0..5 {
            html += "<p class=\"MsoNormal\" style=\"margin-bottom:0in;line-height:normal\">";
            for _ in 0..6 {
                html += &format!(
                    "<span style=\"font-size:11.0pt;font-family:&quot;Calibri&quot;,sans-serif\"><b style=\"mso-bidi\">{}\
                     </b>&nbsp;{} </span><o:p></o:p>",
                    self.sentence(3),
                    self.sentence(6)
                );
            }
            html += "</p>\n";
        }
        html
    }
}
