//! Where in a file something is added, and the text with it in between. The only place that names toml_edit.

use toml_edit::{Array, Document, InlineTable, Item, Key, Table, Value};

use super::{NewSource, lines};
use crate::{
    config::template::text as quoted,
    model::{PublicationKind, PublicationPath},
};

/// What could not be added, and why.
type Unplaced = (&'static str, &'static str);

/// Text that goes in at a byte of the old text.
struct Splice {
    at: usize,
    text: String,
}

/// The file with the sources added behind those that it has, and their ids in the `sources` of a publication.
///
/// # Errors
/// What has no place, and why.
pub(super) fn add(
    file: &str,
    sources: &[NewSource],
    to: Option<&PublicationPath>,
) -> Result<String, Unplaced> {
    let old = file.strip_prefix('\u{feff}').unwrap_or(file);
    let tree = tree(old).ok_or(("the source", "the file is not TOML"))?;
    let page = Page { text: old, line_end: if is_crlf(old) { "\r\n" } else { "\n" } };
    let mut splices = page.add_sources(&tree, sources)?;
    if let Some(path) = to {
        let ids: Vec<String> = sources.iter().map(|it| quoted(it.id.as_str())).collect();
        splices.extend(page.add_to_publication(&tree, path, &ids)?);
    }
    // From the back, so that no place moves before its turn; of several at one place the later goes in first.
    splices.sort_by_key(|it| it.at);
    let mut new = old.to_owned();
    for splice in splices.iter().rev() {
        new.insert_str(splice.at, &splice.text);
    }
    Ok(format!("{}{new}", file.get(..file.len() - old.len()).unwrap_or_default()))
}

/// Whether the file declares a publication.
pub(super) fn declares(file: &str, path: &PublicationPath) -> bool {
    let old = file.strip_prefix('\u{feff}').unwrap_or(file);
    tree(old).is_some_and(|it| publication(&it, path).is_some())
}

fn tree(text: &str) -> Option<Document<&str>> {
    Document::parse(text).ok()
}

fn is_crlf(text: &str) -> bool {
    text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r'))
}

/// A publication's table, in either way of writing it.
enum Declared<'a> {
    Table(&'a Table),
    Inline(&'a InlineTable),
}

fn publication<'a>(tree: &'a Document<&str>, path: &PublicationPath) -> Option<Declared<'a>> {
    let key = match path.kind {
        PublicationKind::Brand => "brand",
        PublicationKind::Group => "group",
    };
    let is_meant = |slug: Option<&str>| slug == Some(path.slug.as_str());
    match tree.as_table().get(key)? {
        Item::ArrayOfTables(tables) => {
            let mut tables = tables.iter();
            tables.find(|it| is_meant(it.get("slug").and_then(Item::as_str))).map(Declared::Table)
        }
        Item::Value(Value::Array(items)) => {
            let mut tables = items.iter().filter_map(Value::as_inline_table);
            tables.find(|it| is_meant(it.get("slug").and_then(Value::as_str))).map(Declared::Inline)
        }
        _ => None,
    }
}

/// The old text, and how its lines end.
struct Page<'a> {
    text: &'a str,
    line_end: &'static str,
}

impl Page<'_> {
    fn add_sources(&self, tree: &Document<&str>, sources: &[NewSource]) -> Result<Vec<Splice>, Unplaced> {
        let after = match tree.as_table().get("source") {
            None => self.text.trim_end().len(),
            Some(Item::ArrayOfTables(tables)) => match tables.iter().last().and_then(end_of_table) {
                Some(end) => self.end_of_paragraph(end),
                None => self.text.trim_end().len(),
            },
            Some(Item::Value(Value::Array(items))) => {
                let new: Vec<String> = sources.iter().map(lines::inline).collect();
                return self
                    .add_items(items, &new)
                    .ok_or(("the source", "its `source` is nowhere to be found"));
            }
            Some(_) => {
                return Err(("the source", "its `source` is no list: write [[source]], in double brackets"));
            }
        };
        let end = self.line_end;
        let blocks: Vec<String> = sources.iter().map(|it| lines::block(it, end)).collect();
        let mut text = blocks.join(&format!("{end}{end}"));
        if after > 0 {
            text = format!("{end}{end}{text}");
        }
        // What follows at once, a comment on the next table for instance, keeps its distance.
        let following = self.text.get(after..).unwrap_or_default();
        let next = following.split_once('\n').map_or("", |(_, rest)| rest.split('\n').next().unwrap_or(""));
        if !next.trim().is_empty() {
            text.push_str(end);
        }
        Ok(vec![Splice { at: after, text }])
    }

    fn add_to_publication(
        &self,
        tree: &Document<&str>,
        path: &PublicationPath,
        ids: &[String],
    ) -> Result<Vec<Splice>, Unplaced> {
        const WHAT: &str = "the publication's `sources`";
        let declared = publication(tree, path).ok_or((WHAT, "the publication is not declared here"))?;
        let written = match &declared {
            Declared::Table(table) => table.get("sources").and_then(Item::as_array),
            Declared::Inline(table) => table.get("sources").and_then(Value::as_array),
        };
        if let Some(written) = written {
            return self.add_items(written, ids).ok_or((WHAT, "they are nowhere to be found"));
        }
        let list = format!("sources = [{}]", ids.join(", "));
        let splice = match declared {
            Declared::Table(table) => {
                let end = end_of_values(table).ok_or((WHAT, "the publication is empty"))?;
                Splice { at: self.end_of_line(end), text: format!("{}{list}", self.line_end) }
            }
            Declared::Inline(table) => {
                let end = table.iter().filter_map(|(_, it)| it.span()).map(|it| it.end).max();
                Splice { at: end.ok_or((WHAT, "the publication is empty"))?, text: format!(", {list}") }
            }
        };
        Ok(vec![splice])
    }

    /// Items behind the last one of a list, on lines of their own where that one has one.
    fn add_items(&self, list: &Array, new: &[String]) -> Option<Vec<Splice>> {
        let whole = list.span()?;
        let close = whole.end.checked_sub(1)?;
        let Some(last) = list.iter().last().and_then(Value::span) else {
            return Some(vec![Splice { at: close, text: new.join(", ") }]);
        };
        let comma = self.comma_after(last.end, close);
        let behind = comma.map_or(last.end, |it| it + 1);
        let line = self.text.get(..last.start)?.rsplit('\n').next().unwrap_or_default();
        let on_its_own_line = line.trim().is_empty() && whole.start + line.len() < last.start;
        let mut splices = Vec::new();
        if comma.is_none() {
            splices.push(Splice { at: last.end, text: ",".to_owned() });
        }
        let (at, before) = if on_its_own_line {
            // Behind the comment on the last item, if it has one on its line.
            let rest = self.text.get(behind..close)?.split('\n').next().unwrap_or_default();
            let at = if rest.contains('#') { behind + rest.trim_end_matches('\r').len() } else { behind };
            (at, format!("{}{line}", self.line_end))
        } else {
            (behind, " ".to_owned())
        };
        let joined = new.join(&format!(",{before}"));
        let comma_again = if comma.is_some() { "," } else { "" };
        splices.push(Splice { at, text: format!("{before}{joined}{comma_again}") });
        Some(splices)
    }

    /// The comma between two bytes, outside of comments.
    fn comma_after(&self, start: usize, end: usize) -> Option<usize> {
        let mut in_comment = false;
        let between = self.text.get(start..end)?;
        let found = between.bytes().position(|it| {
            in_comment = match it {
                b'#' => true,
                b'\n' => false,
                _ => in_comment,
            };
            it == b',' && !in_comment
        });
        found.map(|it| start + it)
    }

    /// Where the line that holds the byte at `from` ends, before its end-of-line characters.
    fn end_of_line(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        from + line.trim_end_matches('\r').len()
    }

    /// The end of the line that holds `from`, and of the comments that stand right below it, unless they stand right
    /// above something else.
    fn end_of_paragraph(&self, from: usize) -> usize {
        let own = self.end_of_line(from);
        let mut end = own;
        let rest = self.text.get(own..).unwrap_or_default();
        let Some((_, below)) = rest.split_once('\n') else { return own };
        let mut at = self.text.len() - below.len();
        for line in below.split('\n') {
            match line.trim() {
                "" => return end,
                comment if comment.starts_with('#') => end = at + line.trim_end_matches('\r').len(),
                _ => return own,
            }
            at += line.len() + 1;
        }
        end
    }
}

/// Where a table ends, with all tables within it.
fn end_of_table(table: &Table) -> Option<usize> {
    let inside = table.iter().filter_map(|(name, item)| end_of_item(table.key(name), item));
    inside.chain(table.span().map(|it| it.end)).max()
}

/// Where the values of a table end that stand right below its header.
fn end_of_values(table: &Table) -> Option<usize> {
    let is_here = |item: &Item| item.as_table().map_or(item.is_value(), Table::is_dotted);
    let inside = table.iter().filter(|(_, item)| is_here(item));
    let ends = inside.filter_map(|(name, item)| end_of_item(table.key(name), item));
    ends.chain(table.span().map(|it| it.end)).max()
}

fn end_of_item(key: Option<&Key>, item: &Item) -> Option<usize> {
    let end = match item {
        Item::Table(table) => end_of_table(table),
        Item::ArrayOfTables(tables) => tables.iter().filter_map(end_of_table).max(),
        Item::None | Item::Value(_) => item.span().map(|it| it.end),
    };
    end.or_else(|| key.and_then(Key::span).map(|it| it.end))
}
