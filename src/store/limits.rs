//! How much of anything the store takes at once.

/// The store's limits. They are constants: raising one needs a measurement, not a setting.
#[derive(Clone, Copy, Debug)]
pub struct Limits;

impl Limits {
    /// Connections that read beside the one that writes.
    pub const READERS: usize = 4;
    /// Pieces of writing work that may wait for the writer; a further one waits to be let in.
    pub const WRITES_WAITING_MAX: usize = 256;
    /// Pieces of reading work that may wait for a reader.
    pub const READS_WAITING_MAX: usize = 1_024;
    /// How long one process waits for another to finish writing, milliseconds.
    pub const BUSY_MS_MAX: u64 = 5_000;
    /// How long to wait before trying again what SQLite turns away without waiting, milliseconds.
    pub const RETRY_MS: u64 = 10;
    /// Entry ids taken from the counter at a time.
    pub const ID_BLOCK: i64 = 1_000;
    /// Entry ids handed out by one call.
    pub const IDS_MAX: usize = 100_000;
    /// Longest identity, guid, canonical link or public id, in bytes: what an index of every engine can hold.
    pub const KEY_BYTES_MAX: usize = 2_400;
    /// Entries that one round brings or lists.
    pub const ROUND_ENTRIES_MAX: usize = 50_000;
    /// Identities, guids, links or ids that one question asks for.
    pub const KEYS_MAX: usize = 50_000;
    /// Values in one `IN (…)`; a longer question is asked in several.
    pub const IN_LIST_MAX: usize = 256;
    /// Entries of a source that one question by links takes for candidates: the newest.
    pub const SAME_LINK_MAX: usize = 1_000;
    /// Entries that one reading brings.
    pub const ENTRIES_MAX: usize = 10_000;
    /// Sources that one call names.
    pub const SOURCES_MAX: usize = 100_000;
    /// Editions that one call names.
    pub const EDITIONS_MAX: usize = 100_000;
    /// Memory for pages of the writing connection, KiB.
    pub const WRITER_CACHE_KIB: i64 = 16_384;
    /// Memory for pages of each reading connection, KiB.
    pub const READER_CACHE_KIB: i64 = 4_096;
    /// Pages of the write-ahead log at which it is moved into the file: enough that a page which many rounds touch is
    /// moved once for several of them.
    pub const LOG_PAGES: i64 = 4_000;
    /// Size to which the write-ahead log is cut back, bytes.
    pub const LOG_BYTES_MAX: i64 = 67_108_864;
    /// Prepared statements that a connection keeps.
    pub const STATEMENTS: usize = 96;
}
