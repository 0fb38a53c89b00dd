//! A list for reading: one line for each thing, and sentences under those that need some, within the width of a page.

/// Characters in a line where nobody says how wide the page is.
const WIDTH: usize = 120;
/// The narrowest page that sentences are fitted into.
const WIDTH_MIN: usize = 60;
/// The widest one: longer lines are hard to read.
const WIDTH_MAX: usize = 160;
/// What sentences stand in from the edge.
const INDENT: usize = 4;
/// A sentence at the end of a line has at least so much room, or it goes under the line.
const TAIL_MIN: usize = 36;

/// One thing of the list.
#[derive(Debug, Default)]
pub struct Row {
    /// What stands in columns.
    pub cells: Vec<String>,
    /// A sentence that follows in the same line; it goes on below itself.
    pub tail: String,
    /// Sentences under the line, each with what stands before it, such as an arrow.
    pub notes: Vec<(&'static str, String)>,
}

/// How wide the page is: as the shell says in `COLUMNS`, where it hands that on.
pub fn width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    said.unwrap_or(WIDTH).clamp(WIDTH_MIN, WIDTH_MAX)
}

/// The rows with their columns aligned, and every sentence broken into lines of at most `width` characters.
pub fn list(rows: &[Row], width: usize) -> String {
    let columns = rows.iter().map(|it| it.cells.len()).max().unwrap_or(0);
    let widest = |at: usize| rows.iter().filter_map(|it| it.cells.get(at)).map(|it| count(it)).max();
    let widths: Vec<usize> = (0..columns).map(|at| widest(at).unwrap_or(0)).collect();
    let left = widths.iter().map(|it| it + 2).sum::<usize>();
    let lines = rows.iter().flat_map(|row| {
        let mut lines = head(row, &widths, left, width);
        for (mark, note) in &row.notes {
            let mark = if mark.is_empty() { String::new() } else { format!("{mark} ") };
            let first = format!("{}{mark}", " ".repeat(INDENT));
            lines.extend(hang(&first, note, width));
        }
        lines
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The columns of a row and its tail.
fn head(row: &Row, widths: &[usize], left: usize, width: usize) -> Vec<String> {
    let cells = row.cells.iter().zip(widths);
    let cells =
        cells.map(|(cell, width)| format!("{cell}{}  ", " ".repeat(width.saturating_sub(count(cell)))));
    let line: String = cells.collect();
    if row.tail.is_empty() {
        vec![line.trim_end().to_owned()]
    } else if left + TAIL_MIN <= width {
        hang(&line, &row.tail, width)
    } else {
        let mut lines = vec![line.trim_end().to_owned()];
        lines.extend(hang(&" ".repeat(INDENT), &row.tail, width));
        lines
    }
}

/// A sentence behind `first`, whose further lines begin below its beginning. A word longer than a line stays whole, so
/// that an address can be copied.
pub fn hang(first: &str, sentence: &str, width: usize) -> Vec<String> {
    let indent = count(first);
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in sentence.split_whitespace() {
        if !is_empty && count(&line) + 1 + count(word) > width {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line.trim_end().to_owned());
    lines
}

fn count(text: &str) -> usize {
    text.chars().count()
}
