-- When a step was stored, in microseconds, and how many events its analysis had before: its place among them. Steps
-- stored by older versions have neither; they come before the first event.
ALTER TABLE steps ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE steps ADD COLUMN events_before INTEGER NOT NULL DEFAULT 0;
