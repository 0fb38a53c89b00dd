//! The nouns. No I/O, no async, no framework, no clock: every other module speaks in these types.

pub mod draft;
pub mod entry;
pub mod habit;
pub mod health;
pub mod id;
pub mod media;
pub mod moderation;
pub mod outline;
pub mod proxy;
pub mod publication;
pub mod rule;
pub mod signs;
pub mod source;
pub mod text;
pub mod time;

pub use draft::{Category, Document, Draft, Feed, Identity, RawHtml, Repair};
pub use entry::{Entry, Kept};
pub use health::{Condition, Health, health};
pub use id::{EntryId, Hash128, Slug, SourceId};
pub use media::{Media, MediaKind};
pub use moderation::Moderation;
pub use outline::Outline;
pub use proxy::{Around, Proxy};
pub use publication::{
    Appearance, Format, Publication, PublicationKind, PublicationPath, Selection, Shown, Site,
};
pub use source::{PollState, Source, SourceKind};
pub use text::{CleanHtml, PlainText};
pub use time::{Clock, Precision, Stated};
