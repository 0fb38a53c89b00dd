-- How far a source's guids and links can be relied on to find its entries again: learned from what they did.
ALTER TABLE source_state ADD COLUMN signs TEXT NOT NULL DEFAULT '';
