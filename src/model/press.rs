//! What a wire says of the company behind a release, whatever each of them calls it.

use serde::{Deserialize, Serialize};

/// Facts of one kind in one entry, at most.
pub const FACTS_MAX: usize = 50;

/// Tickers, numbers and names, each once and in document order. In a draft the texts may hold markup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Press {
    /// Shares of the company.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tickers: Vec<Ticker>,
    /// Numbers of its securities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub isins: Vec<Isin>,
    /// Who issued the release, or is named in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<String>,
    /// Industries, in words or in the wire's own codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub industries: Vec<String>,
    /// What the release is about, in words or in the wire's own codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// Whom to ask: names, mail addresses, telephone numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
}

impl Press {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A share by the symbol under which an exchange trades it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ticker {
    /// The exchange as stated, such as `NYSE` or `Euronext Paris`; absent where only the symbol is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<String>,
    /// The symbol, upper case: ASCII letters, digits and `. - / ^`.
    pub symbol: String,
}

/// An International Securities Identification Number (ISO 6166) whose check digit is right.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Isin(String);

impl Isin {
    /// Reads one: a country in two letters, nine letters or digits, and the check digit; letter case does not count.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        let (country, rest) = text.split_at_checked(2)?;
        let letters = country.bytes().all(|it| it.is_ascii_uppercase());
        let fits = rest.len() == 10 && rest.bytes().all(|it| it.is_ascii_alphanumeric());
        let checked = rest.ends_with(|it: char| it.is_ascii_digit()) && is_checked(&text);
        (letters && fits && checked).then_some(Self(text))
    }

    /// The twelve characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the digits, of which a letter is two, come out even: from the last one on every second counts double.
fn is_checked(text: &str) -> bool {
    let (mut sum, mut doubles) = (0, false);
    let values = text.chars().rev().filter_map(|it| it.to_digit(36));
    for digit in values.flat_map(|it| [Some(it % 10), (it > 9).then_some(it / 10)]).flatten() {
        let counted = if doubles { digit * 2 } else { digit };
        sum += counted / 10 + counted % 10;
        doubles = !doubles;
    }
    sum % 10 == 0
}
