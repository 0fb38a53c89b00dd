//! German.

use super::Words;

pub(super) const WORDS: Words = Words {
    language: "de",
    own_name: "Deutsch",
    all_releases: "Alle Mitteilungen",
    subscribe: "Abonnieren",
    subscribe_rss: "Abonnieren (RSS)",
    embed: "Einbetten",
    updated_at: "Stand: {date}, {time}",
    updated_on: "Stand: {date}",
    nothing_yet: "Noch nichts veröffentlicht",
    nothing_more: "Die nächste Mitteilung erscheint hier.",
    original_at: "Original auf {host}",
    attachments: "Anlagen",
    bytes: ["kB", "MB", "GB"],
    decimal: ',',
    languages: "Sprachen",
    all_languages: "Alle",
    about: "Über diese Seiten",
    brands: "Marken",
    groups: "Gruppen",
    no_publications: "Hier ist noch keine Marke und keine Gruppe verzeichnet.",
    subscribe_lead: "Geben Sie eine dieser Adressen in Ihren Feedreader ein. Neue Mitteilungen kommen dann zu Ihnen, \
                     ohne Konto und ohne E-Mail-Adresse.",
    feed_question: "Was ist ein Feed?",
    embed_lead: "Fügen Sie dies an der Stelle Ihrer Seite ein, an der die Mitteilungen stehen sollen. Es braucht kein \
                 Skript, passt sich der Spaltenbreite an und bleibt von selbst aktuell.",
    preview: "So sieht es aus",
    follow_name: "{name} folgen",
    feed_answer: "Ein Feed ist eine Seite für Programme: die neuesten Mitteilungen, immer unter derselben Adresse. Ein \
                  Feedreader sieht dort für Sie nach und zeigt Ihnen Neues neben allem, was Sie sonst verfolgen. Sie \
                  lesen, wann Sie wollen; kein Algorithmus wählt für Sie aus.",
    how: "So geht es",
    steps: [
        "Wählen Sie einen Feedreader: Feedly, Inoreader und NewsBlur laufen im Browser, NetNewsWire auf \
         Apple-Geräten, Thunderbird und Newsboat auf dem Rechner.",
        "Kopieren Sie eine der Adressen unten.",
        "Wählen Sie im Feedreader „Feed hinzufügen“, „Folgen“ oder „+“ und fügen Sie die Adresse ein.",
    ],
    which: "Welche Adresse",
    which_answer: "Alle drei enthalten dieselben Mitteilungen. Im Zweifel nehmen Sie RSS.",
    rss_for: "versteht jeder Feedreader",
    atom_for: "dasselbe, mit genauen Daten und Quellen",
    json_for: "dasselbe, für eigene Programme",
    privacy: "Wer folgt, hinterlässt hier keine Spur: kein Konto, kein Cookie, keine Liste der Leser. Zum Beenden \
              entfernen Sie den Feed aus Ihrem Feedreader.",
    missing: "Nichts unter dieser Adresse",
    missing_why: "Die Seite ist vielleicht umgezogen, oder in der Adresse ist ein Buchstabe falsch. Auf der ersten Seite steht alles, was hier veröffentlicht wird.",
    ended: "Nicht mehr veröffentlicht",
    ended_why: "Diese Veröffentlichung ist eingestellt. Auf der ersten Seite steht alles, was hier noch erscheint.",
    failed: "Zurzeit nicht verfügbar",
    failed_why: "Bei uns ist etwas fehlgeschlagen. Die Seite kommt wieder, sobald es behoben ist; versuchen Sie es in einer Minute noch einmal.",
    table: "Tabelle",
    video_at: "Video auf {host}",
    audio_at: "Audio auf {host}",
    about_company: "Über das Unternehmen",
    contacts: "Kontakt",
    notices: "Hinweise",
};
