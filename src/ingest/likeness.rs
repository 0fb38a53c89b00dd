//! How alike two titles are, and whether an address names an entry or a page on which many stand.

/// How many bytes of a title are compared.
const TITLE_BYTES_MAX: usize = 240;
/// Two titles are alike from here on: thousandths of their pairs of letters that they have in common.
const ALIKE_MIN: usize = 600;
/// Or from here on, of the shorter one's: what was written before or behind it changes nothing about it.
const WITHIN_MIN: usize = 900;
/// A title with fewer pairs of letters is in many others by chance.
const WITHIN_PAIRS_MIN: usize = 12;
/// The last part of a path that is no longer than this, without digits and hyphens, is a page's name.
const PAGE_NAME_BYTES_MAX: usize = 14;
/// A guid that is at least so long tells of one entry alone.
const TELLING_BYTES_MIN: usize = 16;
/// As does one with so many digits.
const TELLING_DIGITS_MIN: usize = 4;

/// A folded title, ready to be compared with many others.
#[derive(Clone, Debug)]
pub struct Likeness<'a> {
    pairs: Vec<[u8; 2]>,
    /// Its words that have digits, in order of their letters.
    numbers: Vec<&'a str>,
}

impl<'a> Likeness<'a> {
    /// Of a title as [`super::matching::fold`] gives it.
    pub fn of(title: &'a str) -> Self {
        let bytes = title.as_bytes();
        let bytes = bytes.get(..TITLE_BYTES_MAX).unwrap_or(bytes);
        let mut pairs: Vec<[u8; 2]> = bytes.array_windows().copied().collect();
        pairs.sort_unstable();
        let mut numbers: Vec<&str> =
            title.split(' ').filter(|it| it.bytes().any(|it| it.is_ascii_digit())).collect();
        numbers.sort_unstable();
        Self { pairs, numbers }
    }

    /// How alike the two are, in thousandths; `None` where they are not.
    pub fn to(&self, other: &Self) -> Option<usize> {
        let shorter = self.pairs.len().min(other.pairs.len());
        let both = self.pairs.len() + other.pairs.len();
        if shorter == 0 {
            return None;
        }
        let common = common(&self.pairs, &other.pairs);
        let alike = common * 2 * 1_000 / both;
        let within = common * 1_000 / shorter;
        if shorter >= WITHIN_PAIRS_MIN && within >= WITHIN_MIN {
            return Some(alike.max(within));
        }
        (alike >= ALIKE_MIN).then_some(alike)
    }

    /// Whether the numbers of one are all in the other: “Report 44” is not “Report 45”, corrected.
    pub fn agrees_in_numbers(&self, other: &Self) -> bool {
        let fewer = self.numbers.len().min(other.numbers.len());
        common(&self.numbers, &other.numbers) == fewer
    }
}

/// Whether one of two folded titles may be the other one, edited.
pub fn is_edited(one: &str, other: &str) -> bool {
    let (one, other) = (Likeness::of(one), Likeness::of(other));
    one.agrees_in_numbers(&other) && one.to(&other).is_some()
}

/// How many elements two sorted lists have in common.
fn common<T: Ord>(one: &[T], other: &[T]) -> usize {
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    let mut count = 0;
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let order = a.cmp(b);
        count += usize::from(order.is_eq());
        if order.is_le() {
            left.next();
        }
        if order.is_ge() {
            right.next();
        }
    }
    count
}

/// Whether an address seems to name one entry: it says something, or a number. A home page, or one that is called
/// “news”, may be where many entries lead to.
pub fn names_an_entry(canonical: &str) -> bool {
    let Some((_, path)) = canonical.split_once("//").and_then(|(_, rest)| rest.split_once('/')) else {
        return canonical.contains('?');
    };
    let (path, query) = path.split_once('?').map_or((path, ""), |(path, query)| (path, query));
    let name = path.rsplit('/').next().unwrap_or_default();
    let says_something = name.contains(['-', '_', '%']) || name.len() > PAGE_NAME_BYTES_MAX;
    says_something || !query.is_empty() || path.bytes().any(|it| it.is_ascii_digit())
}

/// Whether a guid is by its form one entry's alone, and no number of a list that is counted anew.
pub fn is_telling(guid: &str) -> bool {
    if guid.starts_with("http") {
        return names_an_entry(guid);
    }
    let digits = guid.bytes().filter(u8::is_ascii_digit).count();
    guid.len() >= TELLING_BYTES_MIN || digits >= TELLING_DIGITS_MIN
}

/// Whether the number at the end of a guid is its entry's place in the document, counted from either end, by 0 or by 1.
pub fn is_place(guid: &str, at: usize, count: usize) -> bool {
    let word = guid.trim_end_matches(|it: char| it.is_ascii_digit());
    let number = guid.get(word.len()..).and_then(|it| it.parse::<usize>().ok());
    number.is_some_and(|it| it == at || it == at + 1 || it + at == count || it + at + 1 == count)
}

/// The address without what a visit adds to it: query, session, and the name of the page that is there anyway.
pub fn core(canonical: &str) -> &str {
    let path = canonical.split('?').next().unwrap_or(canonical);
    let path = path.split(";jsessionid").next().unwrap_or(path);
    let ends = ["/amp", ".amp", "/index.html", "/index.htm", "/index.php", "/default.aspx", "/"];
    ends.iter().fold(path, |path, end| path.strip_suffix(end).unwrap_or(path))
}
