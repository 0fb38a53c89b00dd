//! How much of anything the store takes at once.

/// The store's limits. They are constants: raising one needs a measurement, not a setting.
#[derive(Clone, Copy, Debug)]
pub struct Limits;

impl Limits {
    /// Connections that read beside the one that writes.
    pub const READERS: usize = 4;
    /// Pieces of writing work that may wait for the writer; a further one waits to be let in.
    pub const WRITES_WAITING_MAX: usize = 256;
    /// Pieces of writing work that share a commit.
    pub const GROUP_MAX: usize = 64;
    /// How old a transaction may be for further pieces of writing work to be taken into it, milliseconds.
    pub const GROUP_MS_MAX: u64 = 10;
    /// Pieces of reading work that may wait for a reader.
    pub const READS_WAITING_MAX: usize = 1_024;
    /// How long one process waits for another to finish writing, milliseconds.
    pub const BUSY_MS_MAX: u64 = 5_000;
    /// How long one process waits for another to bring the tables of a file up to date, milliseconds.
    pub const MIGRATION_MS_MAX: u64 = 600_000;
    /// How long to wait before trying again what SQLite turns away without waiting, milliseconds.
    pub const RETRY_MS: u64 = 10;
    /// Entry ids taken from the counter at a time.
    pub const ID_BLOCK: usize = 1_000;
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
    /// Rows that one statement writes.
    pub const BATCH_ROWS: usize = 32;
    /// Entries that one step of pruning removes.
    pub const PRUNE_ROWS: usize = 500;
    /// Entries of a source that one question by links takes for candidates: the newest.
    pub const SAME_LINK_MAX: usize = 1_000;
    /// The newest entries of a source that are taken for candidates where its guids and links say little.
    pub const RECENT_MAX: usize = 200;
    /// Entries that one reading brings.
    pub const ENTRIES_MAX: usize = 10_000;
    /// How far the clocks of nodes may be apart, milliseconds; longer than any lease.
    pub const CLOCKS_MS_MAX: i64 = 300_000;
    /// Texts of entries that are read at a time to be cleaned again.
    pub const TEXTS_MAX: i64 = 200;
    /// Places of one source that are remembered, and of all together: 24 bytes each.
    pub const HEAD_PLACES_MAX: usize = 1_024;
    /// See [`Limits::HEAD_PLACES_MAX`].
    pub const HEADS_PLACES_MAX: usize = 500_000;
    /// Sources that one call names.
    pub const SOURCES_MAX: usize = 100_000;
    /// Longest address of a hub or topic, in bytes: a source's id and both of them are one key of an index.
    pub const HUB_BYTES_MAX: usize = 1_000;
    /// Subscriptions that one look for what there is to do brings.
    pub const SUBSCRIPTIONS_DUE_MAX: usize = 1_000;
    /// Entries or logos whose images are due, or pictures that went, which one look brings.
    pub const PICTURES_LOOK_MAX: usize = 10_000;
    /// Pictures that one look brings which other nodes have kept: the newest.
    pub const RESTOCK_MAX: usize = 5_000;
    /// The newest entries of a source that are lined up when their pictures are wanted for the first time.
    pub const LINE_UP_MAX: usize = 500;
    /// Longest address of a logo, in bytes: it is a key.
    pub const LOGO_BYTES_MAX: usize = 2_000;
    /// Editions that one call names.
    pub const EDITIONS_MAX: usize = 100_000;
    /// Memory for pages of the writing connection, KiB.
    pub const WRITER_CACHE_KIB: i64 = 16_384;
    /// Memory for pages of each reading connection, KiB.
    pub const READER_CACHE_KIB: i64 = 4_096;
    /// Pages of the write-ahead log at which it is moved into the file: enough that a page which many rounds touch is
    /// moved once for several of them.
    pub const LOG_PAGES: i64 = 4_000;
    /// How often it is moved besides while there is writing, milliseconds: so a disk that takes nothing any more is noticed.
    pub const LOG_MS: u64 = 4_000;
    /// Size to which the write-ahead log is cut back, bytes.
    pub const LOG_BYTES_MAX: i64 = 67_108_864;
    /// Connections to a database server.
    pub const CONNECTIONS: usize = 12;
    /// How long a connection to a database server may take, milliseconds.
    pub const CONNECT_MS_MAX: u64 = 3_000;
    /// How long a piece of work waits for a free connection, milliseconds.
    pub const CONNECTION_WAIT_MS_MAX: u64 = 10_000;
    /// How long a database server may take for one transaction before its connection is given up, milliseconds.
    pub const WORK_MS_MAX: u64 = 20_000;
    /// How long calling the other nodes may take after a change, milliseconds.
    pub const CALL_MS_MAX: u64 = 1_000;
    /// How often a piece of work that others got in the way of is tried again.
    pub const RETRIES: u32 = 8;
    /// How long to wait before the first of these tries, milliseconds; each further wait is twice as long.
    pub const RETRY_FIRST_MS: u64 = 5;
    /// How long to wait before connecting again in order to listen, milliseconds.
    pub const LISTEN_PAUSE_MS: u64 = 2_000;
    /// Rows that are copied at a time from one store to another.
    pub const COPY_ROWS: usize = 256;
    /// Parts of a copy that may wait to be written.
    pub const COPY_PARTS: usize = 2;
    /// Prepared statements that a connection keeps.
    pub const STATEMENTS: usize = 128;
}
