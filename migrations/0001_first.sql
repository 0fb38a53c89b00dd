-- One text for every engine: ids are made by the application, moments are unix milliseconds, and nothing here depends
-- on a clock, a sequence or a collation. What would be expensive to change later is here from the beginning.

-- What was fixed when the site's store was made, and never changes: the authority and year of minted ids.
CREATE TABLE site (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Numbers handed out: blocks of entry ids, and the change counter that every writing transaction moves last.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('entry_id', 0), ('change', 0);

-- One row for each source that a configuration has ever named: what polling has found out, and who polls it now.
CREATE TABLE source_state (
    source_id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    next_at_ms BIGINT NOT NULL,
    lease_owner TEXT,
    lease_until_ms BIGINT NOT NULL DEFAULT 0,
    changed_seq BIGINT NOT NULL DEFAULT 0,
    gone BOOLEAN NOT NULL DEFAULT FALSE,
    has_history BOOLEAN NOT NULL DEFAULT FALSE,
    reader_version BIGINT NOT NULL DEFAULT 0,
    polled_ms BIGINT NOT NULL DEFAULT 0,
    succeeded_ms BIGINT NOT NULL DEFAULT 0,
    brought_ms BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    cadence_interval_min BIGINT,
    etag TEXT,
    last_modified TEXT,
    body_hash TEXT,
    next_why TEXT NOT NULL DEFAULT '',
    error TEXT,
    moved_to TEXT,
    feed_title TEXT,
    feed_link TEXT,
    repairs TEXT NOT NULL DEFAULT ''
);
CREATE INDEX source_state_next ON source_state (next_at_ms);
CREATE INDEX source_state_changed ON source_state (changed_seq);

-- One row for each entry of each source; rows of different sources are never merged. Short columns stand first, so that
-- a row with a long text is read for them without its tail.
CREATE TABLE entry (
    id BIGINT PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES source_state (source_id),
    identity TEXT NOT NULL,
    public_id TEXT NOT NULL,
    canonical TEXT,
    raw_hash TEXT NOT NULL,
    policy_version BIGINT NOT NULL,
    order_ms BIGINT NOT NULL,
    tie BIGINT NOT NULL,
    first_seen_ms BIGINT NOT NULL,
    visible_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL,
    in_document BOOLEAN NOT NULL,
    published_ms BIGINT,
    published_offset_min BIGINT,
    published_precision TEXT,
    updated_ms BIGINT,
    updated_offset_min BIGINT,
    updated_precision TEXT,
    language TEXT,
    guid TEXT,
    link TEXT,
    stated_link TEXT,
    content_key TEXT NOT NULL,
    title_key TEXT NOT NULL,
    title TEXT NOT NULL,
    authors TEXT NOT NULL,
    categories TEXT NOT NULL,
    media TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    content_html TEXT NOT NULL
);
CREATE UNIQUE INDEX entry_identity ON entry (source_id, identity);
CREATE INDEX entry_order ON entry (source_id, order_ms DESC, tie DESC, id DESC);
CREATE INDEX entry_visible ON entry (source_id, visible_ms DESC, tie DESC, id DESC);
CREATE INDEX entry_public ON entry (public_id);
CREATE INDEX entry_canonical ON entry (source_id, canonical) WHERE canonical IS NOT NULL;
-- Most entries are kept under their guid, and found by the unique index; this one holds only the others.
CREATE INDEX entry_guid ON entry (source_id, guid) WHERE guid <> identity;
-- What still stands in its source's document: never pruned, because it would come back as new.
CREATE INDEX entry_listed ON entry (source_id) WHERE in_document;

-- Under which id a publication first showed a story, so that no reader sees it as new again.
CREATE TABLE appearance (
    publication TEXT NOT NULL,
    entry_id BIGINT NOT NULL,
    public_id TEXT NOT NULL,
    shown_ms BIGINT NOT NULL,
    PRIMARY KEY (publication, entry_id)
);

-- When an edition's bytes last changed: never back, equal on all nodes.
CREATE TABLE edition (
    path TEXT PRIMARY KEY,
    hash TEXT NOT NULL,
    changed_ms BIGINT NOT NULL
);
