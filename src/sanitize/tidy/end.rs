//! What ends: it stays, loses its tags or goes.

use super::{
    super::{
        policy::{Role, find},
        scan::{Scanner, Token, is_space},
    },
    Tidier,
    parts::{Kind, Open, Piece},
    speech::Speech,
    trim,
};

impl Tidier<'_> {
    pub(super) fn end(&mut self) {
        let Some(open) = self.open.pop().filter(|it| !it.is_bare) else { return };
        let pieces = self.pieces.get(open.pieces..).unwrap_or_default();
        let is_blank = pieces.iter().all(|it| it.kind == Kind::Blank);
        let has_block = pieces.iter().any(|it| !it.kind.is_of_words());
        let is_said_only = pieces.iter().all(|it| matches!(it.kind, Kind::Blank | Kind::Caption));
        match open.element.role {
            Role::Player => self.end_player(open),
            // An empty cell keeps its neighbours in their columns.
            Role::Cell => self.close(open, if is_blank { Kind::Blank } else { Kind::Block }),
            Role::Inline | Role::Around | Role::Reading if is_blank => self.unwrap(open),
            _ if is_blank => self.remove(open),
            Role::Inline if has_block && open.speaks => self.end_division(open),
            Role::Inline if has_block => self.unwrap(open),
            Role::Inline | Role::Around | Role::Reading => {
                self.close(open, if has_block { Kind::Block } else { Kind::Words });
            }
            Role::Division if has_block => self.end_division(open),
            // Its picture is gone, and these words say what it showed.
            _ if open.element.name == "figure" && is_said_only => self.remove(open),
            Role::Table if is_said_only => self.end_captions(&open),
            Role::Caption => self.close(open, Kind::Caption),
            _ if open.element.name == "figcaption" => self.close(open, Kind::Caption),
            Role::Division => self.end_box(open),
            _ => self.close(open, Kind::Block),
        }
    }

    /// A box around words only: a paragraph where something is said of its words, else whatever its parent makes of it.
    fn end_box(&mut self, open: Open) {
        trim(&mut self.html, open.content);
        self.pieces.truncate(open.pieces);
        if open.speech.is_silent() {
            self.finish(Kind::Box);
        } else {
            let words = self.html.split_off(open.begin);
            self.write_paragraph(&words, &open.speech);
            self.finish(Kind::Block);
        }
    }

    /// A box around blocks goes, and each run of words beside them becomes a paragraph. So do words of a language around blocks:
    /// they were one.
    fn end_division(&mut self, open: Open) {
        // Of boxes within boxes the innermost has done it all: what it wrote is its parents' as it stands.
        let has_words = self.pieces.iter().skip(open.pieces).any(|it| it.kind == Kind::Words);
        match open.element.role {
            Role::Division if !has_words => return,
            _ if !has_words => return self.unwrap(open),
            _ => {}
        }
        let content = self.html.split_off(open.content);
        self.html.truncate(open.begin);
        let mut begin = 0;
        for Piece { kind, end } in self.pieces.split_off(open.pieces) {
            let end = end - open.content;
            let part = content.get(begin..end).unwrap_or_default();
            begin = end;
            if kind == Kind::Words {
                self.write_paragraph(part.trim_matches(is_space), &open.speech);
                self.finish(Kind::Block);
            } else {
                self.html.push_str(part);
                self.finish(kind);
            }
        }
    }

    /// A table without cells is no table: what its captions say is read again, as boxes. No caption holds a table, so that nothing
    /// is read again twice.
    fn end_captions(&mut self, open: &Open) {
        let Some(division) = find("div") else { return };
        let written = self.html.split_off(open.begin);
        self.pieces.truncate(open.pieces);
        self.elements = open.elements;
        for token in Scanner::new(&written) {
            match token {
                Token::Start(tag) if matches!(tag.name, "table" | "caption") => {
                    let values = self.values(division, &tag);
                    self.open(division, values);
                }
                other => self.token(other),
            }
        }
        self.end();
    }

    /// A player keeps its files; what it would show instead of playing goes. Without a file it goes itself.
    fn end_player(&mut self, open: Open) {
        let content = self.html.split_off(open.content);
        let (mut begin, mut files) = (0, 0);
        for Piece { kind, end } in self.pieces.drain(open.pieces..) {
            let end = end - open.content;
            if kind == Kind::File {
                self.html.push_str(content.get(begin..end).unwrap_or_default());
                files += 1;
            }
            begin = end;
        }
        if files == 0 { self.remove(open) } else { self.close(open, Kind::Words) }
    }

    /// It goes with all that is in it.
    fn remove(&mut self, open: Open) {
        self.html.truncate(open.begin);
        self.pieces.truncate(open.pieces);
    }

    /// Its tags go; what is in it becomes its parent's.
    fn unwrap(&mut self, open: Open) {
        let tag = open.content - open.begin;
        self.html.drain(open.begin..open.content);
        for Piece { kind, end } in self.pieces.split_off(open.pieces) {
            self.add(Piece { kind, end: end - tag });
        }
    }

    /// It stays, with all that is in it.
    fn close(&mut self, open: Open, kind: Kind) {
        self.elements += 1;
        let holds_words = matches!(
            open.element.role,
            Role::Item | Role::Term | Role::Cell | Role::Caption | Role::Heading | Role::Paragraph
        ) || matches!(open.element.name, "figcaption" | "summary");
        let pieces = self.pieces.get(open.pieces..).unwrap_or_default();
        let is_alone = pieces.iter().filter(|it| it.kind != Kind::Blank).count() == 1;
        if !(holds_words && is_alone) {
            self.settle_boxes(open.content, open.pieces);
        }
        // A parser drops one line feed after `<pre>`: without any there is none to drop.
        if open.element.name == "pre" {
            let content = self.html.get(open.content..).unwrap_or_default();
            let skipped = content.len() - content.trim_start_matches('\n').len();
            self.html.drain(open.content..open.content + skipped);
        }
        self.html.push_str("</");
        self.html.push_str(open.element.name);
        self.html.push('>');
        self.pieces.truncate(open.pieces);
        self.finish(kind);
    }

    /// Makes paragraphs of the boxes among the last pieces, which are all that is written from `content` on.
    pub(super) fn settle_boxes(&mut self, content: usize, pieces: usize) {
        if !self.pieces.iter().skip(pieces).any(|it| it.kind == Kind::Box) {
            return;
        }
        let last = self.pieces.split_off(pieces);
        let written = self.html.split_off(content);
        let mut begin = 0;
        for Piece { kind, end } in last {
            let end = end - content;
            let part = written.get(begin..end).unwrap_or_default();
            begin = end;
            if kind == Kind::Box {
                self.write_paragraph(part, &Speech::default());
            } else {
                self.html.push_str(part);
            }
        }
    }

    fn write_paragraph(&mut self, words: &str, speech: &Speech) {
        self.elements += 1;
        self.html.push_str("<p");
        speech.write(&mut self.html);
        self.html.push('>');
        self.html.push_str(words);
        self.html.push_str("</p>");
    }
}
