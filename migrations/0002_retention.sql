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

-- What stands in a document is compared at every round: with the column that it is about, the index alone answers.
DROP INDEX entry_listed;
CREATE INDEX entry_listed ON entry (source_id, in_document) WHERE in_document;
