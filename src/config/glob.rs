//! `files = ["brands/*.toml"]`: patterns in which `*` stands for any characters within one name.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

/// Most names of one folder that are looked at.
const FOLDER_NAMES_MAX: usize = 10_000;

/// The files that `pattern` finds from `folder`, sorted by name. Names that begin with a dot are found only by a
/// pattern that begins with one: mounted configuration keeps its older copies in such folders.
pub(super) fn find(folder: &Path, pattern: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = vec![folder.to_path_buf()];
    for part in Path::new(pattern).components() {
        let part = match part {
            Component::Normal(name) => name.to_string_lossy().into_owned(),
            other => {
                found = found.into_iter().map(|it| it.join(other)).collect();
                continue;
            }
        };
        if !part.contains('*') {
            found = found.into_iter().map(|it| it.join(&part)).collect();
            continue;
        }
        let mut next = Vec::new();
        for place in found.iter().filter(|it| it.as_os_str().is_empty() || it.is_dir()) {
            next.extend(names(place, &part)?.into_iter().map(|name| place.join(name)));
        }
        next.truncate(FOLDER_NAMES_MAX);
        found = next;
    }
    found.retain(|it| it.is_file());
    Ok(found)
}

fn names(folder: &Path, pattern: &str) -> io::Result<Vec<String>> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)?.take(FOLDER_NAMES_MAX) {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if matches(pattern, &name) && (pattern.starts_with('.') || !name.starts_with('.')) {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Whether `*` in the pattern can stand for something so that it reads `name`: each piece is found as early as it can.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        match left.find(piece) {
            Some(at) => left = left.get(at + piece.len()..).unwrap_or(""),
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, name) in
            [("*.toml", "a.toml"), ("a*c", "ac"), ("*b*", "abc"), ("a*b*c", "a-b-c"), ("*", "x")]
        {
            assert!(matches(pattern, name), "{pattern} should find {name}");
        }
        for (pattern, name) in [("*.toml", "a.tom"), ("ab*ba", "aba"), ("a*b*c", "acb"), ("a", "b")] {
            assert!(!matches(pattern, name), "{pattern} should not find {name}");
        }
    }
}
