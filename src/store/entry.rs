//! The SQL of entries, and how an entry becomes a row and a row an entry.

use std::sync::OnceLock;

use crate::model::{
    CleanHtml, EntryId, Hash128, Identity, PlainText, Precision, SourceId, Stated,
    entry::{Entry, Kept, Label},
};

use super::{
    Arrival, Dated, Known, Limits, Order, Place, StoreError,
    value::{Columns, Insert, Value, damaged, json, placeholders},
};

/// Every column, in the order in which [`bind`] gives and [`read`] takes them.
const COLUMNS: &str = "id, source_id, identity, public_id, canonical, raw_hash, policy_version, order_ms, tie, \
    first_seen_ms, visible_ms, changed_ms, in_document, published_ms, published_offset_min, published_precision, \
    updated_ms, updated_offset_min, updated_precision, language, guid, link, stated_link, content_key, title_key, \
    title, authors, categories, media, excerpt, content_html, origin, press, withdrawn_ms, pictures_due_ms";

/// Columns that an edit never touches: what readers have seen must not come back as new, and what was taken back comes back
/// by its date alone.
const FIXED: [&str; 6] = ["id", "source_id", "public_id", "first_seen_ms", "visible_ms", "withdrawn_ms"];

/// The columns of [`Known`], in the order in which [`read_known`] takes them.
const KNOWN: &str = "id, identity, public_id, canonical, raw_hash, policy_version, order_ms, first_seen_ms, \
    visible_ms, changed_ms, guid, content_key, title_key, in_document, COALESCE(published_ms, updated_ms)";

/// The columns of [`Dated`], in the order in which [`read_dated`] takes them.
const DATED: &str = "id, guid, published_ms, updated_ms, withdrawn_ms";

/// Notes when an entry was taken back: nobody is to see its pictures either.
pub(super) const WITHDRAW: &str =
    "UPDATE entry SET withdrawn_ms = $1, pictures_due_ms = NULL WHERE id = $2 AND source_id = $3";
/// What stands in a source's document.
pub(super) const LISTED: &str = "SELECT id FROM entry WHERE source_id = $1 AND in_document";
/// The place of the entry of the source `$1` that has `$2` newer ones.
pub(super) const NTH: &str = "SELECT order_ms, tie, id FROM entry WHERE source_id = $1 \
    ORDER BY order_ms DESC, tie DESC, id DESC LIMIT 1 OFFSET $2";
/// The oldest entries of the source `$1` behind the place `$2`, `$3`, `$4` that may go: they left its document by `$5`, and
/// nobody decided about them. At most `$6`.
pub(super) const PRUNABLE: &str = "SELECT id FROM entry WHERE source_id = $1 \
    AND (order_ms, tie, id) < ($2, $3, $4) AND NOT in_document AND (left_ms IS NULL OR left_ms <= $5) \
    AND NOT EXISTS (SELECT 1 FROM verdict WHERE verdict.entry_id = entry.id) \
    ORDER BY order_ms, tie, id LIMIT $6";
/// Texts of entries behind the id `$1`, in the order of their ids, at most `$2`.
pub(super) const TEXTS: &str = "SELECT id, source_id, policy_version, content_html FROM entry \
    WHERE id > $1 ORDER BY id LIMIT $2";
/// Replaces the text of an entry, unless its document was read again meanwhile.
pub(super) const RETEXT: &str = "UPDATE entry SET content_html = $1 WHERE id = $2 AND policy_version = $3";
/// Gives entries of the source `$2` to the source `$1`, but for those that it has.
pub(super) const INHERIT: &str = "UPDATE entry SET source_id = $1 WHERE source_id = $2 \
    AND NOT EXISTS (SELECT 1 FROM entry AS own WHERE own.source_id = $1 AND own.identity = entry.identity)";
/// How many entries each source has.
pub(super) const COUNT: &str = "SELECT source_id, COUNT(*) FROM entry GROUP BY source_id";

/// What an edit does about pictures: one that had any loses those that it shows no more, and keeps the others until then.
const PICTURE_ANEW: &str = "pictures_due_ms = COALESCE(excluded.pictures_due_ms, \
    CASE WHEN entry.pictured_ms IS NOT NULL THEN excluded.order_ms END), pictures_failures = 0";

/// Inserts entries, or replaces what their rows say; a row that says the same already is not written. Whether it stands in
/// the document is no news in itself: the listing says it too. Nor is it that its images are due.
pub(super) fn keep() -> &'static Insert<'static> {
    static KEEP: OnceLock<Insert<'_>> = OnceLock::new();
    KEEP.get_or_init(|| {
        let changing: Vec<&str> = COLUMNS.split(", ").filter(|name| !FIXED.contains(name)).collect();
        let each = |write: fn(&&str) -> String| changing.iter().map(write).collect::<Vec<_>>().join(", ");
        let changes = each(|name| format!("{name} = excluded.{name}"));
        let changes = changes.replace("pictures_due_ms = excluded.pictures_due_ms", PICTURE_ANEW);
        let (old, new) = (each(|name| format!("entry.{name}")), each(|name| format!("excluded.{name}")));
        let old = old.replace("entry.in_document, ", "").replace(", entry.pictures_due_ms", "");
        let new = new.replace("excluded.in_document, ", "").replace(", excluded.pictures_due_ms", "");
        let conflict = format!(
            "ON CONFLICT (id) DO UPDATE SET {changes} \
             WHERE entry.source_id = excluded.source_id AND ({old}) IS DISTINCT FROM ({new})"
        );
        Insert { table: "entry", columns: COLUMNS.into(), conflict: conflict.into() }
    })
}

/// Whose entries `count` are.
pub(super) fn owners(count: usize) -> String {
    format!("SELECT id, source_id FROM entry WHERE id IN ({})", placeholders(1, count))
}

/// Says whether `count` entries of the source `$3` stand in its document, and when they left it.
pub(super) fn list(count: usize) -> String {
    let list = placeholders(4, count);
    format!("UPDATE entry SET in_document = $1, left_ms = $2 WHERE source_id = $3 AND id IN ({list})")
}

/// Entries by their ids, in no order.
pub(super) fn by_ids(count: usize) -> String {
    format!("SELECT {COLUMNS} FROM entry WHERE id IN ({})", placeholders(1, count))
}

/// How matching looks for entries of one source.
#[derive(Clone, Copy, Debug)]
pub(super) enum Match {
    /// By the key under which they are kept.
    Identity,
    /// By guid, where they are kept under something else.
    Guid,
    /// By comparable link: the newest of them.
    Canonical,
}

/// An entry of the source `$1`, if it has any.
pub(super) const ANY: &str = "SELECT id FROM entry WHERE source_id = $1 LIMIT 1";

/// What stands in the document of the source `$1`, for matching.
pub(super) fn known_listed() -> String {
    format!("SELECT {KNOWN} FROM entry WHERE source_id = $1 AND in_document")
}

/// The newest entries of the source `$1`, for matching.
pub(super) fn known_recent() -> String {
    let most = Limits::RECENT_MAX;
    format!(
        "SELECT {KNOWN} FROM entry WHERE source_id = $1 ORDER BY order_ms DESC, tie DESC, id DESC LIMIT {most}"
    )
}

/// Entries of the source `$1` whose key is one of `count`.
pub(super) fn known(by: Match, count: usize) -> String {
    let list = placeholders(2, count);
    let most = Limits::SAME_LINK_MAX;
    match by {
        Match::Identity => {
            format!("SELECT {KNOWN} FROM entry WHERE source_id = $1 AND identity IN ({list})")
        }
        Match::Guid => {
            format!(
                "SELECT {KNOWN} FROM entry WHERE source_id = $1 AND guid IN ({list}) AND guid <> identity"
            )
        }
        Match::Canonical => format!(
            "SELECT {KNOWN} FROM entry WHERE source_id = $1 AND canonical IN ({list}) ORDER BY id DESC LIMIT {most}"
        ),
    }
}

/// Entries of the source `$1` whose guid is one of `count`, with their dates; kept under it, or under something else.
pub(super) fn dated(by: Match, count: usize) -> String {
    let list = placeholders(2, count);
    let key = match by {
        Match::Guid => "guid <> identity AND guid",
        _ => "identity",
    };
    format!("SELECT {DATED} FROM entry WHERE source_id = $1 AND {key} IN ({list})")
}

/// Public ids of `count` that entries of another source than `$1` have.
pub(super) fn claimed(count: usize) -> String {
    let list = placeholders(2, count);
    format!("SELECT DISTINCT public_id FROM entry WHERE source_id <> $1 AND public_id IN ({list})")
}

/// Removes `count` entries.
pub(super) fn remove(count: usize) -> String {
    format!("DELETE FROM entry WHERE id IN ({})", placeholders(1, count))
}

/// The column of an order.
pub(super) fn moment(order: Order) -> &'static str {
    match order {
        Order::Stated => "order_ms",
        Order::Visible => "visible_ms",
    }
}

/// The row of an arrival.
pub(super) fn bind(arrival: &Arrival) -> Vec<Value<'_>> {
    let Arrival { kept, identity, title_key, raw_hash, policy_version, pictures_due_ms } = arrival;
    let entry = &kept.entry;
    let [published_ms, published_offset, published_precision] = bind_stated(entry.published);
    let [updated_ms, updated_offset, updated_precision] = bind_stated(entry.updated);
    let authors: Vec<&str> = entry.authors.iter().map(PlainText::as_str).collect();
    vec![
        kept.id.0.into(),
        kept.source.as_str().into(),
        identity.into(),
        (&kept.public_id).into(),
        kept.canonical.as_ref().into(),
        raw_hash.hex().into(),
        (*policy_version).into(),
        kept.order_ms.into(),
        kept.tie.into(),
        kept.first_seen_ms.into(),
        kept.visible_ms.into(),
        kept.updated_ms.into(),
        true.into(),
        published_ms,
        published_offset,
        published_precision,
        updated_ms,
        updated_offset,
        updated_precision,
        entry.language.as_ref().into(),
        entry.identity.guid.as_ref().into(),
        entry.link.as_ref().into(),
        bind_stated_link(entry),
        (&entry.identity.content).into(),
        title_key.into(),
        entry.title.as_str().into(),
        json(&authors),
        json(&entry.categories),
        json(&entry.media),
        entry.excerpt.as_str().into(),
        entry.content.as_str().into(),
        entry.origin.as_ref().map(json).into(),
        Some(&entry.press).filter(|it| !it.is_empty()).map(json).into(),
        kept.withdrawn_ms.into(),
        (*pictures_due_ms).into(),
    ]
}

/// The entry of a row that one of our statements named by [`COLUMNS`].
pub(super) fn read(mut row: Columns) -> Result<Kept, StoreError> {
    let id = EntryId(row.int()?);
    let source = read_source(&mut row)?;
    let _identity = row.text()?;
    let public_id = row.text()?;
    let canonical = row.maybe_text()?;
    let _raw_hash = row.text()?;
    let _policy_version = row.int()?;
    let (order_ms, tie, first_seen_ms) = (row.int()?, row.int()?, row.int()?);
    let (visible_ms, updated_ms) = (row.int()?, row.int()?);
    let _in_document = row.truth()?;
    let published = read_stated(&mut row)?;
    let updated = read_stated(&mut row)?;
    let language = row.maybe_text()?;
    let guid = row.maybe_text()?;
    let link = row.maybe_text()?;
    let stated_link = read_stated_link(row.maybe_text()?, link.as_ref());
    let content_key = row.text()?;
    let _title_key = row.text()?;
    let title = PlainText::vouch(row.text()?);
    let authors = row.json::<Vec<String>>()?.into_iter().map(PlainText::vouch).collect();
    let categories = row.json::<Vec<Label>>()?;
    let media = row.json()?;
    let excerpt = PlainText::vouch(row.text()?);
    let content = CleanHtml::vouch(row.text()?);
    let origin = row.maybe_json()?;
    let press = row.maybe_json()?.unwrap_or_default();
    let withdrawn_ms = row.maybe_int()?;
    let identity = Identity { guid, link: stated_link, content: content_key };
    let entry = Entry {
        identity,
        title,
        link,
        published,
        updated,
        authors,
        content,
        excerpt,
        categories,
        media,
        language,
        origin,
        press,
    };
    Ok(Kept {
        id,
        source,
        public_id,
        canonical,
        order_ms,
        tie,
        first_seen_ms,
        visible_ms,
        updated_ms,
        withdrawn_ms,
        lead: None,
        pictures: Vec::new(),
        entry,
    })
}

/// The place of a row: moment, tie and id.
pub(super) fn read_place(mut row: Columns) -> Result<Place, StoreError> {
    Ok(Place { moment_ms: row.int()?, tie: row.int()?, id: EntryId(row.int()?) })
}

/// What matching needs, of a row that one of our statements named by [`KNOWN`].
pub(super) fn read_known(mut row: Columns) -> Result<Known, StoreError> {
    Ok(Known {
        id: EntryId(row.int()?),
        identity: row.text()?,
        public_id: row.text()?,
        canonical: row.maybe_text()?,
        raw_hash: Hash128::from_hex(&row.text()?).ok_or_else(|| damaged("an entry's hash is not one"))?,
        policy_version: row.int()?,
        order_ms: row.int()?,
        first_seen_ms: row.int()?,
        visible_ms: row.int()?,
        updated_ms: row.int()?,
        guid: row.maybe_text()?,
        content_key: row.text()?,
        title_key: row.text()?,
        is_listed: row.truth()?,
        stated_ms: row.maybe_int()?,
        is_recent: false,
    })
}

/// What tells whether a tombstone speaks of an entry, of a row that one of our statements named by [`DATED`].
pub(super) fn read_dated(mut row: Columns) -> Result<Dated, StoreError> {
    let (id, guid) = (EntryId(row.int()?), row.maybe_text()?);
    let stated_ms = [row.maybe_int()?, row.maybe_int()?].into_iter().flatten().max();
    Ok(Dated { id, guid, stated_ms, withdrawn_ms: row.maybe_int()? })
}

/// The next column, a source's id.
pub(super) fn read_source(row: &mut Columns) -> Result<SourceId, StoreError> {
    SourceId::new(&row.text()?).map_err(|error| damaged(&error.to_string()))
}

fn bind_stated(date: Option<Stated>) -> [Value<'static>; 3] {
    let precision = date.map(|it| match it.precision {
        Precision::Second => "second",
        Precision::Day => "day",
    });
    [date.map(|it| it.instant_ms).into(), date.map(|it| i64::from(it.offset_min)).into(), precision.into()]
}

fn read_stated(row: &mut Columns) -> Result<Option<Stated>, StoreError> {
    let (instant_ms, offset_min, precision) = (row.maybe_int()?, row.maybe_int()?, row.maybe_text()?);
    let (Some(instant_ms), Some(offset_min), Some(precision)) = (instant_ms, offset_min, precision) else {
        return Ok(None);
    };
    let offset_min = i16::try_from(offset_min).map_err(|_| damaged("an offset is out of range"))?;
    let precision = match precision.as_str() {
        "second" => Precision::Second,
        "day" => Precision::Day,
        _ => return Err(damaged("a date's precision is neither second nor day")),
    };
    Ok(Some(Stated { instant_ms, offset_min, precision }))
}

/// The link as its publisher stated it: nothing where it is the clean one, empty where none was stated.
fn bind_stated_link(entry: &Entry) -> Value<'_> {
    let (stated, clean) = (&entry.identity.link, &entry.link);
    if stated == clean { Value::Null } else { stated.as_deref().unwrap_or_default().into() }
}

fn read_stated_link(stated: Option<String>, clean: Option<&String>) -> Option<String> {
    match stated {
        None => clean.cloned(),
        Some(text) => Some(text).filter(|it| !it.is_empty()),
    }
}
