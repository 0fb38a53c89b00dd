-- What entries say besides: the feed that they were copied from, what a wire says of the company behind them (both JSON),
-- and when their publisher took them back.
ALTER TABLE entry ADD COLUMN origin TEXT;
ALTER TABLE entry ADD COLUMN press TEXT;
ALTER TABLE entry ADD COLUMN withdrawn_ms BIGINT;
