-- News: what sources said, what readers were told of it, the sources themselves, and the digests that were asked for.

CREATE TABLE items (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    url_key TEXT UNIQUE,
    source TEXT NOT NULL,
    guid TEXT,
    story_id TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    happened_at INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE UNIQUE INDEX items_by_guid ON items (source, guid) WHERE guid IS NOT NULL;
CREATE INDEX items_by_arrival ON items (first_seen_at, sequence, story_id);
CREATE INDEX items_by_happening ON items (happened_at);
CREATE INDEX items_by_publication ON items (published_at, id);

-- A reader is told an item once: the key is the promise.
CREATE TABLE reported (
    user_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    story_id TEXT NOT NULL,
    reported_at INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (user_id, item_id)
) WITHOUT ROWID;
CREATE INDEX reported_by_story ON reported (user_id, story_id);
CREATE INDEX reported_by_age ON reported (reported_at);

CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    url TEXT UNIQUE,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE digests (
    id TEXT PRIMARY KEY,
    reader TEXT NOT NULL,
    state TEXT NOT NULL,
    window_end INTEGER,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX digests_of_reader ON digests (reader, window_end) WHERE state = 'completed';

CREATE TABLE digest_results (
    digest_id TEXT PRIMARY KEY REFERENCES digests (id),
    doc TEXT NOT NULL
);
