-- Removed users whose records are not all deleted yet, and indexes to find those records.
CREATE TABLE removed_users (
    id TEXT PRIMARY KEY,
    removed_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX hidden_analyses_of_user ON analyses (user_id, id) WHERE hidden = 1;
CREATE INDEX digests_by_recipient ON digests (recipient, id);
