//! The style sheets: tokens by scheme and accent, then what widgets and pages share.

use std::sync::LazyLock;

use super::accent::Pair;
use crate::model::publication::{Layout, Scheme};

/// What every list of entries shares, then each layout's own rules.
const COMMON: &str = include_str!("widget.css");
const LIST: &str = include_str!("widget_list.css");
const LIST_WIDE: &str = include_str!("widget_wide.css");
const CARDS: &str = include_str!("widget_cards.css");
/// One entry with its whole text.
const WHOLE: &str = include_str!("entry_whole.css");

static FRAGMENT: LazyLock<String> = LazyLock::new(|| {
    let pair = Pair::of(None);
    let light = colours(LIGHT, "transparent", &pair.light.css());
    let both = {
        let both: Vec<String> = LIGHT
            .iter()
            .zip(DARK)
            .map(|((name, light), (_, dark))| format!("--pressroll-{name}:light-dark({light},{dark});"))
            .collect();
        format!("{}--pressroll-accent:light-dark({},{});", both.concat(), pair.light.css(), pair.dark.css())
    };
    format!(
        ":where(.pressroll){{{light}{TINT}Canvas);{SIZES}--pressroll-font:inherit}}\
         .pressroll{{background:var(--pressroll-surface)}}\
         @supports(color:light-dark(red,red)){{:where(.pressroll){{{both}}}}}\
         :where(.pressroll[data-scheme=light]){{color-scheme:light}}\
         :where(.pressroll[data-scheme=dark]){{color-scheme:dark}}{}",
        [COMMON, LIST, LIST_WIDE, CARDS].map(packed).concat()
    )
});

/// Colours of the light scheme, beside surface and accent.
const LIGHT: [(&str, &str); 3] = [("text", "#1a1c1e"), ("muted", "#5b6067"), ("line", "#e2e4e7")];
/// Colours of the dark scheme.
const DARK: [(&str, &str); 3] = [("text", "#eceef0"), ("muted", "#a2a8af"), ("line", "#2b2f33")];
/// The beginning of the tint; what the accent is mixed into follows. It has to be opaque: it covers what browsers draw
/// in the place of a picture that does not load.
const TINT: &str = "--pressroll-tint:color-mix(in srgb,var(--pressroll-accent) 9%,";
/// Tokens that no scheme changes; [`short`] knows their values too.
const SIZES: &str = "--pressroll-radius:6px;--pressroll-gap:16px;";
/// The font of a whole document.
const DOCUMENT_FONT: &str = "--pressroll-font:Inter,system-ui,sans-serif";

/// The style sheet of `/widget.css`, for fragments inside a host page: transparent, in the host's font, and dark where
/// the host says that its page is (`color-scheme`).
pub fn widget_css() -> &'static str {
    &FRAGMENT
}

/// The style sheet of a widget's document: the rules of its own layout, no others.
pub(super) fn widget(layout: Layout, scheme: Scheme, accents: Pair) -> String {
    let own = match layout {
        Layout::List => [LIST, LIST_WIDE].map(packed).concat(),
        Layout::Cards => packed(CARDS),
    };
    let document = packed(include_str!("widget_document.css"));
    short(&format!("{}{document}{}{own}", tokens(scheme, accents), packed(COMMON)))
}

/// The style sheet of a page; its lists stand beside the day and so never unfold into columns. Pages are as light or
/// dark as the reader's system.
pub(super) fn page(accents: Pair) -> String {
    let page = packed(include_str!("page.css"));
    short(&format!("{}{page}{}{}", tokens(Scheme::Auto, accents), packed(COMMON), packed(LIST)))
}

/// The style sheet of a page that shows one entry whole.
pub(super) fn entry_page(accents: Pair) -> String {
    let sheets = [include_str!("page.css"), COMMON, WHOLE, include_str!("page_entry.css")];
    short(&format!("{}{}", tokens(Scheme::Auto, accents), sheets.map(packed).concat()))
}

/// The style sheet of a widget that shows one entry whole.
pub(super) fn entry_widget(scheme: Scheme, accents: Pair) -> String {
    let sheets = [COMMON, include_str!("widget_document.css"), WHOLE, include_str!("widget_entry.css")];
    short(&format!("{}{}", tokens(scheme, accents), sheets.map(packed).concat()))
}

/// The sheet of a whole document, where nobody else sets a token: sizes stand as they are, and names are cut to
/// `--text`, `--muted` and so on.
fn short(sheet: &str) -> String {
    let sized = sheet.replace("var(--pressroll-radius)", "6px").replace("var(--pressroll-gap)", "16px");
    sized.replace("--pressroll-", "--")
}

/// The tokens of a whole document.
fn tokens(scheme: Scheme, accents: Pair) -> String {
    let light = colours(LIGHT, &super::accent::SURFACE_LIGHT.css(), &accents.light.css());
    let dark = colours(DARK, &super::accent::SURFACE_DARK.css(), &accents.dark.css());
    let rest = format!("{TINT}var(--pressroll-surface));{DOCUMENT_FONT}");
    let schemes = match scheme {
        Scheme::Light => format!(":root{{color-scheme:light;{light}{rest}}}"),
        Scheme::Dark => format!(":root{{color-scheme:dark;{dark}{rest}}}"),
        Scheme::Auto => format!(
            ":root{{color-scheme:light dark;{light}{rest}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
        ),
    };
    format!("{schemes}html{{background:var(--pressroll-surface)}}")
}

/// The value of `color-scheme`.
pub(super) fn color_scheme(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Light => "light",
        Scheme::Dark => "dark",
        Scheme::Auto => "light dark",
    }
}

fn colours(colours: [(&str, &str); 3], surface: &str, accent: &str) -> String {
    let plain: Vec<String> =
        colours.iter().map(|(name, value)| format!("--pressroll-{name}:{value};")).collect();
    format!("{}--pressroll-surface:{surface};--pressroll-accent:{accent};", plain.concat())
}

/// A style sheet without its line breaks and indentation. Every line of ours ends where a space means nothing.
fn packed(sheet: &str) -> String {
    sheet.lines().map(str::trim).collect()
}
