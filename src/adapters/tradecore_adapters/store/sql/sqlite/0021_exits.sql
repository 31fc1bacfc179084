-- Purchases whose units are to have an exit order, and the open orders of the paper broker.
ALTER TABLE orders ADD COLUMN guarded INTEGER NOT NULL DEFAULT 0;
CREATE INDEX orders_guarded ON orders (user_id, created_at) WHERE guarded = 1;
ALTER TABLE paper_orders ADD COLUMN resting TEXT;

-- Accounts at brokers that were given to users; credentials are encrypted within the document.
CREATE TABLE broker_accounts (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
) WITHOUT ROWID;
