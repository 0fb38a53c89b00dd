//! An author or contributor while it is read (RFC 4287, section 3.2).

/// Name, mail address and page of a person.
#[derive(Debug, Default)]
pub(super) struct Person {
    name: String,
    mail: String,
    page: String,
    text: String,
}

impl Person {
    /// Adds text that stands outside its elements, as far as there is room.
    pub(super) fn push(&mut self, text: &str, bytes_max: usize) {
        if self.text.len() < bytes_max {
            self.text.push_str(text);
        }
    }

    /// Takes one of its elements.
    pub(super) fn take(&mut self, element: &str, text: &str) {
        let text = text.trim();
        match element {
            "name" if self.name.is_empty() => text.clone_into(&mut self.name),
            "email" => text.clone_into(&mut self.mail),
            "uri" | "url" | "homepage" => text.clone_into(&mut self.page),
            _ => {}
        }
    }

    /// The best that is known.
    pub(super) fn told(self) -> Option<String> {
        let texts = [self.name, self.text, self.mail, self.page];
        texts.into_iter().find(|it| !it.trim().is_empty())
    }
}
