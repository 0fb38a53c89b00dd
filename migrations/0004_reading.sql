-- What entries say besides: the feed that they were copied from, what a wire says of the company behind them (both JSON),
-- and when their publisher took them back.
ALTER TABLE entry ADD COLUMN origin TEXT;
ALTER TABLE entry ADD COLUMN press TEXT;
ALTER TABLE entry ADD COLUMN withdrawn_ms BIGINT;

-- How far a source's guids and links can be relied on to find its entries again: learned from what they did.
ALTER TABLE source_state ADD COLUMN signs TEXT NOT NULL DEFAULT '';
