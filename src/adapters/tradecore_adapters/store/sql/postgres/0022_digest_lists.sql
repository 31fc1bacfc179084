-- Lists of digests by who requested them, newest first.
ALTER TABLE digests ADD COLUMN owner TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE digests ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
UPDATE digests SET
    owner = doc::json ->> 'owner',
    created_at = (EXTRACT(EPOCH FROM (doc::json ->> 'created_at')::timestamptz) * 1000000)::bigint;
CREATE INDEX digests_of_owner ON digests (owner, created_at, id, state);
