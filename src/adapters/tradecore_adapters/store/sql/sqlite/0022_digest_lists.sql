-- Lists of digests by who requested them, newest first.
ALTER TABLE digests ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE digests ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
UPDATE digests SET
    owner = json_extract(doc, '$.owner'),
    created_at = CAST(strftime('%s', json_extract(doc, '$.created_at')) AS INTEGER) * 1000000;
CREATE INDEX digests_of_owner ON digests (owner, created_at, id, state);
