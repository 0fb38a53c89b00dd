//! What ends: it stays, loses its tags or goes.

use super::{
    super::{policy::Role, scan::is_space},
    Tidier,
    parts::{Kind, Open, Piece},
    speech::Speech,
    trim,
};

impl Tidier<'_> {
    pub(super) fn end(&mut self) {
        // What is said of the words of a box: read while it is open.
        let is_box = self.open.last().is_some_and(|it| it.element.role == Role::Division);
        let speech = if is_box { self.inherited() } else { Speech::default() };
        let Some(open) = self.open.pop() else { return };
        self.speaking -= usize::from(!open.speech.is_silent());
        if open.is_bare {
            return;
        }
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
            Role::Inline if has_block && !open.speech.is_silent() => self.share_out(open),
            Role::Inline if has_block => self.unwrap(open),
            Role::Inline | Role::Around | Role::Reading => {
                self.close(open, if has_block { Kind::Block } else { Kind::Words });
            }
            Role::Division if has_block => self.end_division(open, &speech),
            // Its picture is gone, and these words say what it showed.
            _ if open.element.name == "figure" && is_said_only => self.remove(open),
            _ if open.element.name == "figcaption" => self.close(open, Kind::Caption),
            Role::Division => {
                self.end_box(open, &speech);
            }
            _ => self.close(open, Kind::Block),
        }
    }

    /// A box around words only: a paragraph where something is said of its words, else whatever its parent makes of it.
    fn end_box(&mut self, open: Open, speech: &Speech) {
        trim(&mut self.html, open.content);
        self.pieces.truncate(open.pieces);
        if speech.is_silent() {
            self.finish(Kind::Box);
        } else {
            let words = self.html.split_off(open.begin);
            self.write_around("p", &words, speech);
            self.finish(Kind::Block);
        }
    }

    /// A box around blocks goes, and each run of words beside them becomes a paragraph.
    fn end_division(&mut self, open: Open, speech: &Speech) {
        // Of boxes within boxes the innermost has done it all: what it wrote is its parents' as it stands.
        if !self.pieces.iter().skip(open.pieces).any(|it| it.kind == Kind::Words) {
            return;
        }
        let content = self.html.split_off(open.content);
        let mut begin = 0;
        for Piece { kind, end } in self.pieces.split_off(open.pieces) {
            let end = end - open.content;
            let part = content.get(begin..end).unwrap_or_default();
            begin = end;
            if kind == Kind::Words {
                self.write_around("p", part.trim_matches(is_space), speech);
                self.finish(Kind::Block);
            } else {
                self.html.push_str(part);
                self.finish(kind);
            }
        }
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

    /// Its tags go from around the blocks in it, which say themselves by now what it said, and stay around its words.
    fn share_out(&mut self, open: Open) {
        let content = self.html.split_off(open.content);
        self.html.truncate(open.begin);
        let mut begin = 0;
        for Piece { kind, end } in self.pieces.split_off(open.pieces) {
            let end = end - open.content;
            let part = content.get(begin..end).unwrap_or_default();
            begin = end;
            if kind == Kind::Words {
                self.write_around("span", part, &open.speech);
            } else {
                self.html.push_str(part);
            }
            self.finish(kind);
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
                self.write_around("p", part, &Speech::default());
            } else {
                self.html.push_str(part);
            }
        }
    }

    fn write_around(&mut self, name: &str, words: &str, speech: &Speech) {
        self.elements += 1;
        self.html.push('<');
        self.html.push_str(name);
        speech.write(&mut self.html);
        self.html.push('>');
        self.html.push_str(words);
        self.html.push_str("</");
        self.html.push_str(name);
        self.html.push('>');
    }
}
