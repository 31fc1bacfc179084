-- Addresses that events of users are posted to, and each event that is or was to be posted.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX webhooks_of_user ON webhooks (user_id, created_at, id);

CREATE TABLE webhook_deliveries (
    id TEXT PRIMARY KEY,
    webhook_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    next_try INTEGER,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_try) WHERE next_try IS NOT NULL;
CREATE INDEX webhook_deliveries_of_webhook ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_of_user ON webhook_deliveries (user_id, id);
CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

-- No deliveries of what happened before there were any webhooks.
INSERT INTO listeners (name, position, failures, dead) SELECT 'webhooks', position, 0, 0 FROM event_log_head;
