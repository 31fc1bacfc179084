-- Webhooks that want what an analysis has dozens of. Few do; without one, no event of these kinds is read.
ALTER TABLE webhooks ADD COLUMN progress INTEGER NOT NULL DEFAULT 0;
CREATE INDEX webhooks_with_progress ON webhooks (enabled) WHERE progress = 1;

-- No progress of analyses from before.
INSERT INTO listeners (name, position, failures, dead) SELECT 'webhook progress', position, 0, 0 FROM event_log_head;
