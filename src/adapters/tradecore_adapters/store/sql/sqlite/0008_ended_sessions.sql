-- When a sign-in is over, so that it can be forgotten.
ALTER TABLE sessions ADD COLUMN expires_at INTEGER;
CREATE INDEX sessions_by_end ON sessions (expires_at);
