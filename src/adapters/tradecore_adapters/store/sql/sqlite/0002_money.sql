-- Amounts are stored in documents, as text: no column here is ever summed.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE ledger_entries (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    doc TEXT NOT NULL,
    UNIQUE (user_id, position)
);

CREATE TABLE recommendations (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    live INTEGER NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX recommendations_of_user ON recommendations (user_id, created_at, id);
CREATE INDEX recommendations_by_expiry ON recommendations (expires_at) WHERE state = 'pending';
CREATE INDEX recommendations_live ON recommendations (user_id, created_at) WHERE live = 1;

CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX orders_unsettled ON orders (created_at) WHERE state IN ('pending', 'accepted', 'unknown');

CREATE TABLE paper_orders (
    id TEXT PRIMARY KEY,
    doc TEXT NOT NULL
) WITHOUT ROWID;
