//! The nouns. No I/O, no async, no framework, no clock: every other module speaks in these types.

pub mod draft;
pub mod entry;
pub mod flaw;
pub mod habit;
pub mod health;
pub mod id;
pub mod instead;
pub mod markup;
pub mod media;
pub mod moderation;
pub mod origin;
pub mod outline;
pub mod picture;
pub mod player;
pub mod press;
pub mod proxy;
pub mod publication;
pub mod repair;
pub mod rule;
pub mod signs;
pub mod source;
pub mod text;
pub mod time;

pub use draft::{Category, Cloud, Document, Draft, Feed, Identity, RawHtml, Tombstone};
pub use entry::{Entry, Kept};
pub use flaw::Flaw;
pub use health::{Condition, Health, health};
pub use id::{EntryId, Hash128, Slug, SourceId};
pub use instead::Instead;
pub use media::{Media, MediaKind, MediaPlace};
pub use moderation::Moderation;
pub use origin::Origin;
pub use outline::Outline;
pub use picture::{Encoding, Picture};
pub use press::{Isin, Press, Ticker};
pub use proxy::{Around, Proxy};
pub use publication::{
    Appearance, Format, Publication, PublicationKind, PublicationPath, Selection, Shown, Site,
};
pub use repair::{Place, Repair};
pub use source::{PollState, Source, SourceKind};
pub use text::{CleanHtml, PlainText};
pub use time::{Clock, Precision, Stated};
