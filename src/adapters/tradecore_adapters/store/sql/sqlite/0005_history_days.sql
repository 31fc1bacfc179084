-- What history amounts to, day by day: kept with each completed or scored analysis, so that metrics over a hundred
-- thousand of them add up some hundred rows. `day` counts from 1970 UTC.

CREATE TABLE history_days (
    user_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    symbol TEXT NOT NULL,
    asset_type TEXT NOT NULL,
    total INTEGER NOT NULL,
    confidence REAL NOT NULL,
    scored INTEGER NOT NULL,
    wins INTEGER NOT NULL,
    returns REAL NOT NULL,
    squares REAL NOT NULL,
    PRIMARY KEY (user_id, day, symbol, asset_type)
) WITHOUT ROWID;

INSERT INTO history_days
SELECT
    user_id,
    created_at / 86400000000,
    symbol,
    asset_type,
    COUNT(*),
    COALESCE(SUM(confidence), 0),
    COUNT(actual_return),
    SUM(CASE WHEN actual_return > 0 THEN 1 ELSE 0 END),
    COALESCE(SUM(actual_return), 0),
    COALESCE(SUM(actual_return * actual_return), 0)
FROM analyses
WHERE state = 'completed'
GROUP BY user_id, created_at / 86400000000, symbol, asset_type;
