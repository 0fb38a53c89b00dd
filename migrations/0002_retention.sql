-- What people decided about an entry, in one publication or, where that is empty, everywhere: such an entry is kept
-- however old it is, so that a copy that arrives later meets the decision.
CREATE TABLE verdict (
    entry_id BIGINT NOT NULL,
    publication TEXT NOT NULL,
    verdict TEXT NOT NULL,
    decided_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (entry_id, publication)
);

-- What one node does at a time, by name, and until when it is that node's.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    until_ms BIGINT NOT NULL
);

-- When an entry left its source's document: one that left it only lately may come back, and must not be new then.
ALTER TABLE entry ADD COLUMN left_ms BIGINT;

-- For taking away what is remembered of entries that go.
CREATE INDEX appearance_entry ON appearance (entry_id);

-- What stands in a document, read without its rows: SQLite does not see in a partial index's own condition what it
-- knows of the column, so the column is in the index as well.
DROP INDEX entry_listed;
CREATE INDEX entry_standing ON entry (source_id, in_document) WHERE in_document;
