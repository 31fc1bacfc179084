-- A document holds a whole entity; the columns beside it are the fields that queries look up, sort or count.
-- Times are microseconds since 1970-01-01 UTC.

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    round INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    lease_until INTEGER,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX jobs_queued ON jobs (round, queued_at, id) WHERE state = 'queued';
CREATE INDEX jobs_queued_by_user ON jobs (user_id, round) WHERE state = 'queued';
CREATE INDEX jobs_by_lease ON jobs (lease_until) WHERE state = 'running';
CREATE UNIQUE INDEX one_running_digest_per_user ON jobs (user_id) WHERE state = 'running' AND kind = 'digest';

CREATE TABLE analyses (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    symbol TEXT NOT NULL,
    asset_type TEXT NOT NULL,
    state TEXT NOT NULL,
    as_of TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    action TEXT,
    confidence REAL,
    actual_return REAL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
-- One index per sort order of history; each covers the columns that a history page shows.
CREATE INDEX history_by_date ON analyses
    (user_id, created_at, id, symbol, asset_type, action, confidence, as_of, actual_return) WHERE state = 'completed';
CREATE INDEX history_by_confidence ON analyses
    (user_id, confidence, id, created_at, symbol, asset_type) WHERE state = 'completed';
CREATE INDEX history_by_return ON analyses
    (user_id, actual_return, id, created_at, symbol, asset_type) WHERE state = 'completed';

CREATE TABLE steps (
    analysis_id TEXT NOT NULL REFERENCES analyses (id),
    key TEXT NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (analysis_id, key)
);

CREATE TABLE analysis_results (
    analysis_id TEXT PRIMARY KEY REFERENCES analyses (id),
    user_id TEXT NOT NULL,
    doc TEXT NOT NULL
);

CREATE TABLE run_times (
    engine TEXT NOT NULL,
    shape TEXT NOT NULL,
    count INTEGER NOT NULL,
    mean REAL NOT NULL,
    PRIMARY KEY (engine, shape)
) WITHOUT ROWID;

CREATE TABLE idempotency_receipts (
    owner TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (owner, operation, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_receipts_by_age ON idempotency_receipts (created_at);

CREATE TABLE scheduled_tasks (
    name TEXT PRIMARY KEY,
    due_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE events (
    topic TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (topic, seq)
) WITHOUT ROWID;

-- Events that the relay has not delivered yet; a row is deleted once its event is delivered.
CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    topic TEXT NOT NULL,
    seq INTEGER NOT NULL
);
