-- News: what sources said, what was delivered to whom, the subscribed sources, and the digests.

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

-- An item is delivered to a recipient at most once: the primary key guarantees it.
CREATE TABLE deliveries (
    recipient TEXT NOT NULL,
    item_id TEXT NOT NULL,
    story_id TEXT NOT NULL,
    delivered_at INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (recipient, item_id)
) WITHOUT ROWID;
CREATE INDEX deliveries_by_story ON deliveries (recipient, story_id);
CREATE INDEX deliveries_by_age ON deliveries (delivered_at);

CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    url TEXT UNIQUE,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE digests (
    id TEXT PRIMARY KEY,
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    window_end INTEGER,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX digests_of_recipient ON digests (recipient, window_end) WHERE state = 'completed';

CREATE TABLE digest_results (
    digest_id TEXT PRIMARY KEY REFERENCES digests (id),
    doc TEXT NOT NULL
);
