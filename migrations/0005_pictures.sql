-- One row for each image of an entry that is kept for readers, the best first: where it stands below `/media/`, whose it
-- is, its size as it is meant to be seen, and whether it is the one that stands for the entry.
CREATE TABLE picture (
    entry_id BIGINT NOT NULL,
    rank BIGINT NOT NULL,
    is_lead BOOLEAN NOT NULL,
    path TEXT NOT NULL,
    address TEXT NOT NULL,
    alt TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    changed_seq BIGINT NOT NULL,
    PRIMARY KEY (entry_id, rank)
);
CREATE INDEX picture_path ON picture (path);
-- Other nodes fetch what was kept since they last looked.
CREATE INDEX picture_changed ON picture (changed_seq, path);

-- What nothing shows any more: every node takes it out of its folder. Such a row is forgotten after a while.
CREATE TABLE picture_gone (
    path TEXT PRIMARY KEY,
    changed_seq BIGINT NOT NULL,
    gone_ms BIGINT NOT NULL
);
CREATE INDEX picture_gone_changed ON picture_gone (changed_seq, path);

-- One row for each image that stands for a publisher or a publication, by its address.
CREATE TABLE logo (
    address TEXT PRIMARY KEY,
    path TEXT,
    width BIGINT,
    height BIGINT,
    due_ms BIGINT,
    failures BIGINT NOT NULL DEFAULT 0,
    error TEXT,
    changed_seq BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX logo_due ON logo (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX logo_path ON logo (path) WHERE path IS NOT NULL;

-- When an entry's images are to be fetched, nothing where there is nothing to do: a new entry's own date, so that the
-- newest comes first. And what came of it: how often it failed, why the last time, and when that was.
ALTER TABLE entry ADD COLUMN pictures_due_ms BIGINT;
ALTER TABLE entry ADD COLUMN pictures_failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN pictures_error TEXT;
ALTER TABLE entry ADD COLUMN pictured_ms BIGINT;
CREATE INDEX entry_pictures_due ON entry (pictures_due_ms) WHERE pictures_due_ms IS NOT NULL;
CREATE INDEX entry_pictures_failed ON entry (source_id, pictured_ms) WHERE pictures_error IS NOT NULL;

-- The image that a feed names for itself.
ALTER TABLE source_state ADD COLUMN feed_logo TEXT;
-- Whether what was kept before anybody wanted its pictures has been lined up for them.
ALTER TABLE source_state ADD COLUMN pictures_wanted BOOLEAN NOT NULL DEFAULT FALSE;
