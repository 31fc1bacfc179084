-- What users want to be told about prices, once each.
CREATE TABLE price_alerts (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    symbol TEXT NOT NULL,
    asset_type TEXT NOT NULL,
    state TEXT NOT NULL,
    ended_at INTEGER,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX price_alerts_of_user ON price_alerts (user_id, created_at, id);
CREATE INDEX price_alerts_active ON price_alerts (symbol, asset_type, id) WHERE state = 'active';
CREATE INDEX price_alerts_by_end ON price_alerts (ended_at) WHERE ended_at IS NOT NULL;
