//! The SQL texts themselves, and the engine's manners that they rest on.

use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// Every string in a file that holds a placeholder.
#[derive(Default)]
struct Texts(Vec<String>);

impl Texts {
    fn take(&mut self, text: String) {
        if text.contains('$') {
            self.0.push(text);
        }
    }
}

impl Visit<'_> for Texts {
    /// Comments are no statements.
    fn visit_attribute(&mut self, _: &syn::Attribute) {}

    fn visit_lit_str(&mut self, text: &syn::LitStr) {
        self.take(text.value());
    }

    fn visit_macro(&mut self, call: &syn::Macro) {
        for token in call.tokens.clone() {
            if let Ok(text) = syn::parse2::<syn::LitStr>(std::iter::once(token).collect()) {
                self.take(text.value());
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The numbers of the placeholders, each at its first appearance.
fn first_appearances(text: &str) -> Vec<u32> {
    let mut seen = Vec::new();
    for rest in text.split('$').skip(1) {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        seen.extend(digits.parse().ok().filter(|number| !seen.contains(number)));
    }
    seen
}

#[test]
fn placeholders_first_appear_in_ascending_order_in_every_text() {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut found = 0;
    for path in files(&store) {
        let mut texts = Texts::default();
        texts.visit_file(&syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap());
        for text in texts.0 {
            let seen = first_appearances(&text);
            let expected: Vec<u32> = (1..).take(seen.len()).collect();
            assert_eq!(seen, expected, "in {}: {text}", path.display());
            found += usize::from(!seen.is_empty());
        }
    }
    assert!(found >= 20, "only {found} statements were found: is the reading of the source broken?");
}

#[test]
fn sqlite_numbers_placeholders_by_their_first_appearance() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    let read = |sql: &str| -> (String, String) {
        connection.query_row(sql, ["one", "two"], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    let (one, two) = ("one".to_owned(), "two".to_owned());
    assert_eq!(read("SELECT $1, $2"), (one.clone(), two.clone()));
    assert_eq!(read("SELECT $1, $2 WHERE $1 = 'one' AND $2 = 'two'"), (one.clone(), two.clone()));
    // The trap: what is bound first is not `$1` but what stands first.
    assert_eq!(read("SELECT $2, $1"), (one, two));
}

#[test]
fn migrations_keep_to_what_every_engine_knows() {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let paths = files(&migrations);
    assert!(!paths.is_empty());
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
        let words: String = lines.collect::<Vec<_>>().join(" ").to_ascii_uppercase();
        for foreign in [
            "SERIAL",
            "AUTOINCREMENT",
            "NOW()",
            "CURRENT_TIMESTAMP",
            " INTEGER",
            " INT ",
            "[]",
            "ILIKE",
            "COLLATE",
        ] {
            assert!(!words.contains(foreign), "{foreign} in {}", path.display());
        }
    }
}
