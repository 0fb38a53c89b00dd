//! The SQL of pictures: which entries still want theirs, what is kept, and what nothing shows any more.

use std::borrow::Cow;

use crate::model::{EntryId, Picture, SourceId};

use super::{
    StoreError, entry,
    value::{Columns, Insert, Value, damaged, placeholders},
};

/// A claim on the pictures of an entry: nobody else fetches them while it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureClaim {
    /// The entry.
    pub entry: EntryId,
    /// Whose it is.
    pub source: SourceId,
    /// How often its images were asked for in vain.
    pub failures: u32,
    /// Until when it holds, unix milliseconds; an entry that changes meanwhile ends it.
    pub until_ms: i64,
}

/// What came of fetching an entry's images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictured {
    /// The claim under which they were fetched.
    pub claim: PictureClaim,
    /// What is kept, in order of preference.
    pub pictures: Vec<Picture>,
    /// Which of them stands for the entry.
    pub lead: Option<usize>,
    /// How often it has failed by now.
    pub failures: u32,
    /// When to try again, unix milliseconds, if it is worth it.
    pub due_ms: Option<i64>,
    /// Why some are missing, in a sentence.
    pub error: Option<String>,
}

/// A picture that a node may have to fetch for its own folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stocked {
    /// Where it stands below `/media/`.
    pub path: String,
    /// Where it comes from.
    pub address: String,
    /// Whose entry shows it; nothing for a logo.
    pub source: Option<SourceId>,
}

/// How the pictures of a source do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PictureCount {
    /// Pictures that are kept.
    pub kept: i64,
    /// Entries of which images are missing.
    pub failed: i64,
    /// Why, of the one that was tried last.
    pub error: Option<String>,
}

/// Entries whose pictures are due at `$1`, the newest first, at most `$2`.
pub(super) const DUE: &str = "SELECT id, source_id FROM entry WHERE pictures_due_ms <= $1 \
    ORDER BY pictures_due_ms DESC LIMIT $2";
/// Claims the pictures of the entry `$2` until `$1`, if they are due at `$3`.
pub(super) const CLAIM: &str =
    "UPDATE entry SET pictures_due_ms = $1 WHERE id = $2 AND pictures_due_ms <= $3";
/// Ends the claim `$6` on the entry `$5`: when to try again, how often it failed and why, and when this was.
pub(super) const SETTLE: &str = "UPDATE entry SET pictures_due_ms = $1, pictures_failures = $2, \
    pictures_error = $3, pictured_ms = $4 WHERE id = $5 AND pictures_due_ms = $6";
/// Gives the claim `$2` on the entry `$1` up unused: it is due at its own date again.
pub(super) const GIVE_UP: &str =
    "UPDATE entry SET pictures_due_ms = order_ms WHERE id = $1 AND pictures_due_ms = $2";
/// Pictures that were kept after the change `$1`, the newest first, at most `$2`.
pub(super) const SINCE: &str = "SELECT picture.path, picture.address, entry.source_id FROM picture \
    JOIN entry ON entry.id = picture.entry_id WHERE picture.changed_seq > $1 \
    ORDER BY picture.changed_seq DESC, picture.path DESC LIMIT $2";
/// The picture that stands at `$1`.
pub(super) const AT: &str = "SELECT picture.path, picture.address, entry.source_id FROM picture \
    JOIN entry ON entry.id = picture.entry_id WHERE picture.path = $1 LIMIT 1";
/// What went after the change `$1` and the path `$2` in it, at most `$3`.
pub(super) const GONE_SINCE: &str = "SELECT changed_seq, path FROM picture_gone \
    WHERE (changed_seq, path) > ($1, $2) ORDER BY changed_seq, path LIMIT $3";
/// Forgets what went before `$1`.
pub(super) const FORGET_GONE: &str = "DELETE FROM picture_gone WHERE gone_ms < $1";
/// Sources whose older entries were not lined up for their pictures.
pub(super) const UNWANTED: &str = "SELECT source_id FROM source_state WHERE NOT pictures_wanted";
/// Sources whose older entries were lined up for their pictures.
pub(super) const WANTED: &str = "SELECT source_id FROM source_state WHERE pictures_wanted";
/// Notes of the source `$2` whether its older entries were lined up for their pictures.
pub(super) const WANT: &str = "UPDATE source_state SET pictures_wanted = $1 WHERE source_id = $2";
/// Lines up the newest `$2` entries of the source `$1`, those that have images and were never asked for them.
pub(super) const LINE_UP: &str = "UPDATE entry SET pictures_due_ms = order_ms WHERE id IN \
    (SELECT id FROM entry WHERE source_id = $1 ORDER BY order_ms DESC, tie DESC, id DESC LIMIT $2) \
    AND pictures_due_ms IS NULL AND pictured_ms IS NULL AND withdrawn_ms IS NULL \
    AND (media LIKE '%\"image\"%' OR content_html LIKE '%<img%' OR content_html LIKE '%<iframe%')";
/// Takes the entries of the source `$1` out of the line, and what was tried of them: nobody wants their pictures. They are
/// lined up anew when somebody does.
pub(super) const LINE_OUT: &str = "UPDATE entry SET pictures_due_ms = NULL, pictured_ms = NULL, \
    pictures_failures = 0, pictures_error = NULL \
    WHERE source_id = $1 AND (pictures_due_ms IS NOT NULL OR pictured_ms IS NOT NULL)";
/// Where the pictures of the source `$1` stand.
pub(super) const OF_SOURCE: &str = "SELECT picture.path FROM picture \
    JOIN entry ON entry.id = picture.entry_id WHERE entry.source_id = $1";
/// Takes their pictures from all entries of the source `$1`.
pub(super) const TAKE_OF_SOURCE: &str =
    "DELETE FROM picture WHERE entry_id IN (SELECT id FROM entry WHERE source_id = $1)";
/// How many pictures each source has.
pub(super) const COUNT: &str = "SELECT entry.source_id, COUNT(*) FROM picture \
    JOIN entry ON entry.id = picture.entry_id GROUP BY entry.source_id";
/// Of how many entries of each source images are missing.
pub(super) const COUNT_FAILED: &str =
    "SELECT source_id, COUNT(*) FROM entry WHERE pictures_error IS NOT NULL GROUP BY source_id";
/// Why images of the source `$1` are missing, of the entry that was tried last.
pub(super) const LAST_ERROR: &str = "SELECT pictures_error FROM entry WHERE source_id = $1 \
    AND pictures_error IS NOT NULL ORDER BY pictured_ms DESC LIMIT 1";

/// Keeps pictures of entries.
pub(super) const KEEP: Insert<'_> = Insert {
    table: "picture",
    columns: Cow::Borrowed("entry_id, rank, is_lead, path, address, alt, width, height, changed_seq"),
    conflict: Cow::Borrowed(""),
};
/// Notes that pictures are shown no more.
pub(super) const LET_GO: Insert<'_> = Insert {
    table: "picture_gone",
    columns: Cow::Borrowed("path, changed_seq, gone_ms"),
    conflict: Cow::Borrowed(
        "ON CONFLICT (path) DO UPDATE SET changed_seq = excluded.changed_seq, gone_ms = excluded.gone_ms",
    ),
};

/// The claims on `count` entries.
pub(super) fn claims(count: usize) -> String {
    let list = placeholders(1, count);
    format!("SELECT id, source_id, pictures_failures FROM entry WHERE id IN ({list})")
}

/// The pictures of `count` entries, those of each in order of preference.
pub(super) fn of(count: usize) -> String {
    let list = placeholders(1, count);
    format!(
        "SELECT entry_id, is_lead, path, address, alt, width, height FROM picture \
         WHERE entry_id IN ({list}) ORDER BY entry_id, rank"
    )
}

/// Takes `count` entries' pictures from them.
pub(super) fn take(count: usize) -> String {
    format!("DELETE FROM picture WHERE entry_id IN ({})", placeholders(1, count))
}

/// Which of `count` paths entries show.
pub(super) fn shown(count: usize) -> String {
    format!("SELECT DISTINCT path FROM picture WHERE path IN ({})", placeholders(1, count))
}

/// What is shown again of `count` paths.
pub(super) fn back(count: usize) -> String {
    format!("DELETE FROM picture_gone WHERE path IN ({})", placeholders(1, count))
}

/// The rows of what is kept of an entry, as of the change `number`.
pub(super) fn bind(pictured: &Pictured, number: i64) -> impl Iterator<Item = Vec<Value<'_>>> {
    let entry = pictured.claim.entry.0;
    pictured.pictures.iter().enumerate().map(move |(rank, it)| {
        vec![
            entry.into(),
            i64::try_from(rank).unwrap_or(i64::MAX).into(),
            (pictured.lead == Some(rank)).into(),
            (&it.path).into(),
            (&it.address).into(),
            (&it.alt).into(),
            i64::from(it.width).into(),
            i64::from(it.height).into(),
            number.into(),
        ]
    })
}

/// Whose it is, whether it stands for the entry, and the picture, of a row of [`of`].
pub(super) fn read(mut row: Columns) -> Result<(EntryId, bool, Picture), StoreError> {
    let (entry, is_lead) = (EntryId(row.int()?), row.truth()?);
    let (path, address, alt) = (row.text()?, row.text()?, row.text()?);
    let (width, height) = (pixels(row.int()?)?, pixels(row.int()?)?);
    Ok((entry, is_lead, Picture { path, address, alt, width, height }))
}

/// A picture of an entry, of a row that names path, address and source.
pub(super) fn read_stocked(mut row: Columns) -> Result<Stocked, StoreError> {
    let (path, address) = (row.text()?, row.text()?);
    Ok(Stocked { path, address, source: Some(entry::read_source(&mut row)?) })
}

/// A width or a height.
pub(super) fn pixels(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| damaged("the size of a picture is out of range"))
}
