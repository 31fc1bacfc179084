-- Sums of history per day, updated whenever an analysis is completed or scored, so that metrics over 100,000 analyses
-- read a few hundred rows. `day` counts from 1970-01-01 UTC.

CREATE TABLE daily_history (
    user_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    symbol TEXT NOT NULL,
    asset_type TEXT NOT NULL,
    analyses INTEGER NOT NULL,
    confidence_sum REAL NOT NULL,
    scored INTEGER NOT NULL,
    wins INTEGER NOT NULL,
    return_sum REAL NOT NULL,
    squared_return_sum REAL NOT NULL,
    PRIMARY KEY (user_id, day, symbol, asset_type)
) WITHOUT ROWID;

INSERT INTO daily_history
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
