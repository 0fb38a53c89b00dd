-- What polling has found out besides: since when a source fails and how, how long its server asked to be left alone, how
-- often it said that it moved, which feeds the page that now stands in its place names, when it really publishes, and the
-- hub that pushes it.
ALTER TABLE source_state ADD COLUMN failing_since_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN retry_until_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN host_until_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN moved_times BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN cadence_base_min BIGINT;
ALTER TABLE source_state ADD COLUMN cadence_skip_hours BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN cadence_skip_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN error_class TEXT NOT NULL DEFAULT '';
ALTER TABLE source_state ADD COLUMN offers TEXT NOT NULL DEFAULT '';
ALTER TABLE source_state ADD COLUMN habit TEXT NOT NULL DEFAULT '';
ALTER TABLE source_state ADD COLUMN hub TEXT;
ALTER TABLE source_state ADD COLUMN topic TEXT;

-- The version of the policy that everything which is kept was cleaned by at least.
INSERT INTO counter (name, value) VALUES ('cleaned_by', 1);

-- Sources that a hub pushes are few: they are found without looking at all the others.
CREATE INDEX source_state_hub ON source_state (source_id) WHERE hub IS NOT NULL;

-- One row for each subscription at a WebSub hub, by the unguessable end of the address that the hub calls: what the hub
-- signs with, how far things are, and until when it pushes. One that a source has no use for any more stays until its
-- hub has heard of it.
CREATE TABLE subscription (
    token TEXT PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES source_state (source_id),
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    callback TEXT NOT NULL,
    secret TEXT NOT NULL,
    stage TEXT NOT NULL,
    revision BIGINT NOT NULL,
    next_at_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    pushed_ms BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    error TEXT
);
CREATE UNIQUE INDEX subscription_topic ON subscription (source_id, hub, topic);
CREATE INDEX subscription_next ON subscription (next_at_ms);
