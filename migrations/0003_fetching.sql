-- What polling has found out besides: since when a source fails and how, how long its server asked to be left alone, how
-- often it said that it moved, which feeds the page that now stands in its place names, when it really publishes, and the
-- hub that pushes it.
ALTER TABLE source_state ADD COLUMN failing_since_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN retry_until_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN host_until_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN moved_times BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN cadence_skip_hours BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN cadence_skip_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_state ADD COLUMN error_class TEXT NOT NULL DEFAULT '';
ALTER TABLE source_state ADD COLUMN offers TEXT NOT NULL DEFAULT '';
ALTER TABLE source_state ADD COLUMN habit TEXT NOT NULL DEFAULT '';
ALTER TABLE source_state ADD COLUMN hub TEXT;
ALTER TABLE source_state ADD COLUMN topic TEXT;

-- The version of the policy that everything which is kept was cleaned by at least.
INSERT INTO counter (name, value) VALUES ('cleaned_by', 1);

-- One row for each subscription at a WebSub hub, by the source that it is for: what the hub calls back, what it signs
-- with, and until when it pushes.
CREATE TABLE subscription (
    source_id TEXT PRIMARY KEY REFERENCES source_state (source_id),
    token TEXT NOT NULL,
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    secret TEXT NOT NULL,
    stage TEXT NOT NULL,
    next_at_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    pushed_ms BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    error TEXT
);
CREATE UNIQUE INDEX subscription_token ON subscription (token);
CREATE INDEX subscription_next ON subscription (next_at_ms);
