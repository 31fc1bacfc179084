-- When a session expires, so that expired sessions can be deleted.
ALTER TABLE sessions ADD COLUMN expires_at INTEGER;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
