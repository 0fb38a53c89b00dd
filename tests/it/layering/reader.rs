//! Reads a source file as the compiler would and says what it names: modules of this crate and foreign crates.
//!
//! It follows `crate`, `self`, `super`, the crate's own name, renames by `use` and `extern crate`, groups, and looks
//! into macros and attributes, where names stand in token streams. Comments and strings are never names, except the
//! strings of attributes, which libraries read as paths.

use std::collections::{BTreeMap, BTreeSet};

use syn::{
    Attribute, File, ItemExternCrate, ItemMod, ItemUse, Macro, Meta, Path, UseTree, Visibility,
    buffer::{Cursor, TokenBuffer},
    visit::{self, Visit},
};

/// Renames that lead to renames are followed this far.
const RENAMES_DEPTH_MAX: usize = 8;

/// A name that a file uses, followed to where it leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    /// Within this crate: segments after `crate`; empty for the crate's root.
    Inside(Vec<String>),
    /// In a foreign crate, which is the first segment.
    Foreign(Vec<String>),
    /// Something of the file's own, or not known.
    Own(Vec<String>),
}

impl Name {
    /// The segments, wherever they lead.
    pub(super) fn segments(&self) -> &[String] {
        match self {
            Self::Inside(it) | Self::Foreign(it) | Self::Own(it) => it,
        }
    }

    /// Whether the path ends in these segments.
    pub(super) fn ends_with(&self, end: &[&str]) -> bool {
        let segments = self.segments();
        segments.len() >= end.len() && segments.iter().rev().zip(end.iter().rev()).all(|(it, end)| it == end)
    }
}

/// What a file names.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Every name, followed.
    pub(super) all: BTreeSet<Name>,
    /// Foreign names that a `pub use` or `pub(crate) use` hands on.
    pub(super) handed_on: BTreeSet<Name>,
    /// Ways round the reader: `include!`, `#[path]`, a glob of the crate's root.
    pub(super) evasions: Vec<String>,
    /// Modules that the file declares.
    pub(super) modules: BTreeSet<String>,
}

type Scope = Vec<String>;
type Segments = Vec<String>;

/// What a module's own declarations mean inside it.
#[derive(Debug, Default)]
struct Declared {
    renames: BTreeMap<String, Vec<Segments>>,
    modules: BTreeSet<String>,
    takes_parents_names: bool,
}

/// Reads `text`, which is the module `scope`; `crates` are the foreign crates that may be named.
pub(super) fn names(text: &str, scope: &[&str], crates: &BTreeSet<String>) -> syn::Result<Names> {
    let file: File = syn::parse_file(text)?;
    let start: Scope = scope.iter().map(|it| (*it).to_owned()).collect();
    let mut declarations = Declarations { scope: start.clone(), found: BTreeMap::new() };
    declarations.visit_file(&file);
    let mut reader = Reader { scope: start, declared: declarations.found, crates, names: Names::default() };
    reader.visit_file(&file);
    Ok(reader.names)
}

/// First pass: what each module of the file declares.
struct Declarations {
    scope: Scope,
    found: BTreeMap<Scope, Declared>,
}

impl<'ast> Visit<'ast> for Declarations {
    fn visit_item_mod(&mut self, it: &'ast ItemMod) {
        let name = it.ident.to_string();
        self.found.entry(self.scope.clone()).or_default().modules.insert(name.clone());
        self.scope.push(name);
        visit::visit_item_mod(self, it);
        self.scope.pop();
    }

    fn visit_item_use(&mut self, it: &'ast ItemUse) {
        let here = self.found.entry(self.scope.clone()).or_default();
        for leaf in leaves(&it.tree) {
            match leaf.known_as {
                Some(name) => here.renames.entry(name).or_default().push(leaf.path),
                None => here.takes_parents_names |= leaf.path == ["super"],
            }
        }
    }

    fn visit_item_extern_crate(&mut self, it: &'ast ItemExternCrate) {
        let here = self.found.entry(self.scope.clone()).or_default();
        let path = if it.ident == "self" { vec!["crate".to_owned()] } else { vec![it.ident.to_string()] };
        let known_as = it.rename.as_ref().map_or(&it.ident, |(_, name)| name);
        here.renames.entry(known_as.to_string()).or_default().push(path);
    }
}

/// One name that a `use` brings in; a glob brings in none that can be known.
struct Leaf {
    path: Segments,
    known_as: Option<String>,
}

fn leaves(tree: &UseTree) -> Vec<Leaf> {
    let under = |head: String, tree: &UseTree| {
        let mut found = leaves(tree);
        for leaf in &mut found {
            if leaf.path.first().is_some_and(|it| it == "self") {
                leaf.path.clear();
                if leaf.known_as.as_deref() == Some("self") {
                    leaf.known_as = Some(head.clone());
                }
            }
            leaf.path.insert(0, head.clone());
        }
        found
    };
    match tree {
        UseTree::Path(it) if it.ident == "self" => {
            // `use self::a` at the start of a path stays what it is; inside a group only a lone `self` is special.
            let mut found = leaves(&it.tree);
            found.iter_mut().for_each(|leaf| leaf.path.insert(0, "self".to_owned()));
            found
        }
        UseTree::Path(it) => under(it.ident.to_string(), &it.tree),
        UseTree::Name(it) => {
            let name = it.ident.to_string();
            vec![Leaf { path: vec![name.clone()], known_as: Some(name) }]
        }
        UseTree::Rename(it) => {
            vec![Leaf { path: vec![it.ident.to_string()], known_as: Some(it.rename.to_string()) }]
        }
        UseTree::Glob(_) => vec![Leaf { path: Vec::new(), known_as: None }],
        UseTree::Group(it) => it.items.iter().flat_map(leaves).collect(),
    }
}

/// Second pass: every path, wherever it stands.
struct Reader<'a> {
    scope: Scope,
    declared: BTreeMap<Scope, Declared>,
    crates: &'a BTreeSet<String>,
    names: Names,
}

impl Reader<'_> {
    fn note(&mut self, path: &[String], global: bool) {
        let found = self.follow(path, &self.scope, global, 0);
        self.names.all.extend(found);
    }

    /// Where `path`, written in module `scope`, leads; a name with two meanings in one file leads to both.
    fn follow(&self, path: &[String], scope: &[String], global: bool, depth: usize) -> Vec<Name> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        match first.as_str() {
            "crate" | "pressroll" => return vec![Name::Inside(rest.to_vec())],
            "self" if rest.first().is_some_and(|it| it == "super") => {
                return self.follow(rest, scope, false, depth);
            }
            "self" => return vec![Name::Inside(join(scope, rest))],
            "super" => return self.follow_up(rest, scope, depth),
            _ if global => return vec![Name::Foreign(path.to_vec())],
            _ => (),
        }
        let here = self.declared.get(scope);
        if let Some(renamed) = here.and_then(|it| it.renames.get(first))
            && depth < RENAMES_DEPTH_MAX
        {
            let follow = |to: &Segments| match to.first() {
                // `use axum::Router;` and `use axum;` lead out of the file at once.
                Some(head) if head == first => vec![self.foreign_or_own(&join(to, rest))],
                _ => self.follow(&join(to, rest), scope, false, depth + 1),
            };
            return renamed.iter().flat_map(follow).collect();
        }
        if here.is_some_and(|it| it.modules.contains(first)) {
            return vec![Name::Inside(join(scope, path))];
        }
        if here.is_some_and(|it| it.takes_parents_names)
            && let Some((_, parent)) = scope.split_last()
            && depth < RENAMES_DEPTH_MAX
        {
            return self.follow(path, parent, false, depth + 1);
        }
        vec![self.foreign_or_own(path)]
    }

    /// `rest` as seen from the module above `scope`; there may be more `super` in it.
    fn follow_up(&self, rest: &[String], scope: &[String], depth: usize) -> Vec<Name> {
        let parent = scope.split_last().map_or(scope, |(_, parent)| parent);
        match rest.first().map(String::as_str) {
            Some("super") => self.follow(rest, parent, false, depth),
            Some(_) if depth < RENAMES_DEPTH_MAX => {
                let own = Name::Inside(join(parent, rest));
                let renamed = self.declared.get(parent).is_some_and(|it| it.renames.contains_key(&rest[0]));
                if renamed { self.follow(rest, parent, false, depth + 1) } else { vec![own] }
            }
            _ => vec![Name::Inside(join(parent, rest))],
        }
    }

    fn foreign_or_own(&self, path: &[String]) -> Name {
        let known = |it: &String| self.crates.contains(it) || matches!(it.as_str(), "std" | "core" | "alloc");
        if path.first().is_some_and(known) { Name::Foreign(path.to_vec()) } else { Name::Own(path.to_vec()) }
    }

    /// Names in a token stream: `a::b`, `::a`, `use a`, and `a::{b, c}`.
    fn scan(&mut self, mut at: Cursor<'_>, in_attribute: bool) {
        // The last token: a name, a `use`, a mark of punctuation, or nothing that matters.
        let mut before = String::new();
        while !at.eof() {
            if let Some(after) = colons(at) {
                let global = !matches!(before.as_str(), "name" | ">");
                at = self.scan_path(Vec::new(), after, global, true);
                before = "name".to_owned();
            } else if let Some((ident, after)) = at.ident() {
                let name = ident.to_string();
                let forced = before == "use";
                before = if name == "use" { name.clone() } else { "name".to_owned() };
                at = self.scan_path(vec![name], after, false, forced);
            } else if let Some((inside, _, _, after)) = at.any_group() {
                self.scan(inside, in_attribute);
                (at, before) = (after, String::new());
            } else if let Some((literal, after)) = at.literal() {
                if in_attribute {
                    self.note_quoted(&literal.to_string());
                }
                (at, before) = (after, String::new());
            } else if let Some((mark, after)) = at.punct() {
                (at, before) = (after, mark.as_char().to_string());
            } else if let Some((_, after)) = at.token_tree() {
                (at, before) = (after, String::new());
            } else {
                break;
            }
        }
    }

    /// The rest of a path whose beginning was read; returns where it ends.
    fn scan_path<'c>(
        &mut self,
        mut path: Segments,
        mut at: Cursor<'c>,
        global: bool,
        forced: bool,
    ) -> Cursor<'c> {
        if path.is_empty()
            && let Some((ident, after)) = at.ident()
        {
            path.push(ident.to_string());
            at = after;
        }
        while let Some(after) = colons(at) {
            if let Some((ident, after)) = after.ident() {
                path.push(ident.to_string());
                at = after;
            } else if let Some((mut inside, _, _, after)) = after.any_group() {
                while !inside.eof() {
                    let member = inside.ident().map(|(ident, after)| (ident.to_string(), after));
                    inside = match member {
                        Some((name, after)) => self.scan_path(join(&path, &[name]), after, false, true),
                        None => match inside.token_tree() {
                            Some((_, after)) => after,
                            None => break,
                        },
                    };
                }
                at = after;
            } else {
                at = after;
                break;
            }
        }
        if path.len() > 1 || forced || global {
            self.note(&path, global);
        }
        at
    }

    /// A string in an attribute, if it reads as a path: `#[serde(with = "crate::time")]`.
    fn note_quoted(&mut self, literal: &str) {
        if let Ok(path) = syn::parse_str::<Path>(literal.trim_matches('"')) {
            self.visit_path(&path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, it: &'ast ItemMod) {
        self.names.modules.insert(it.ident.to_string());
        self.scope.push(it.ident.to_string());
        visit::visit_item_mod(self, it);
        self.scope.pop();
    }

    fn visit_item_use(&mut self, it: &'ast ItemUse) {
        let shown = match &it.vis {
            Visibility::Public(_) => true,
            Visibility::Restricted(it) => it.path.is_ident("crate"),
            Visibility::Inherited => false,
        };
        for leaf in leaves(&it.tree) {
            let found = self.follow(&leaf.path, &self.scope, it.leading_colon.is_some(), 0);
            if leaf.known_as.is_none() && found.iter().any(|it| *it == Name::Inside(Vec::new())) {
                self.names.evasions.push("a glob of the crate's root".to_owned());
            }
            if shown {
                self.names
                    .handed_on
                    .extend(found.iter().filter(|it| matches!(it, Name::Foreign(_))).cloned());
            }
            self.names.all.extend(found);
        }
    }

    fn visit_item_extern_crate(&mut self, it: &'ast ItemExternCrate) {
        if it.ident != "self" {
            self.names.all.insert(Name::Foreign(vec![it.ident.to_string()]));
        }
    }

    fn visit_path(&mut self, it: &'ast Path) {
        let path: Segments = it.segments.iter().map(|it| it.ident.to_string()).collect();
        if path.len() > 1 || it.leading_colon.is_some() || path == ["vouch"] {
            self.note(&path, it.leading_colon.is_some());
        }
        visit::visit_path(self, it);
    }

    fn visit_macro(&mut self, it: &'ast Macro) {
        if it.path.segments.last().is_some_and(|it| it.ident == "include") {
            self.names.evasions.push("include!".to_owned());
        }
        self.scan(TokenBuffer::new2(it.tokens.clone()).begin(), false);
        visit::visit_macro(self, it);
    }

    fn visit_attribute(&mut self, it: &'ast Attribute) {
        if it.path().is_ident("doc") {
            return;
        }
        match &it.meta {
            _ if it.path().is_ident("path") => self.names.evasions.push("#[path]".to_owned()),
            Meta::List(list) => self.scan(TokenBuffer::new2(list.tokens.clone()).begin(), true),
            Meta::Path(_) | Meta::NameValue(_) => (),
        }
        self.visit_path(it.path());
    }
}

/// Where the stream goes on after `::`, if that stands at `at`.
fn colons(at: Cursor<'_>) -> Option<Cursor<'_>> {
    let (first, after) = at.punct()?;
    let (second, after) = after.punct().filter(|_| first.as_char() == ':')?;
    (second.as_char() == ':').then_some(after)
}

fn join(head: &[String], rest: &[String]) -> Segments {
    head.iter().chain(rest).cloned().collect()
}
