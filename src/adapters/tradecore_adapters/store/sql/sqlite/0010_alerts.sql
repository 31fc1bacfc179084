CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX alerts_of_user ON alerts (user_id, created_at, id);
CREATE INDEX alerts_by_age ON alerts (created_at);

-- No alerts about what happened before there were any.
INSERT INTO listeners (name, position, failures, dead) SELECT 'alerts', position, 0, 0 FROM event_log_head;
