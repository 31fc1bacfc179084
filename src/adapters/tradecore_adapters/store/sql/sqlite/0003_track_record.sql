-- Scores of past decisions, and the analyses whose scoring is scheduled.

CREATE TABLE scheduled_scores (
    analysis_id TEXT PRIMARY KEY REFERENCES analyses (id),
    due_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX scheduled_scores_by_due ON scheduled_scores (due_at, analysis_id);
INSERT INTO scheduled_scores (analysis_id, due_at)
    SELECT id, 0 FROM analyses WHERE state = 'completed' AND action IN ('BUY', 'SELL') AND actual_return IS NULL;

CREATE TABLE scores (
    analysis_id TEXT PRIMARY KEY REFERENCES analyses (id),
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    symbol TEXT NOT NULL,
    asset_type TEXT NOT NULL,
    confidence_bucket INTEGER NOT NULL,
    confidence REAL NOT NULL,
    actual_return REAL NOT NULL,
    benchmark_return REAL,
    doc TEXT NOT NULL
);
-- Covers the columns that calibration sums.
CREATE INDEX scores_of_user ON scores
    (user_id, created_at, symbol, asset_type, confidence_bucket, confidence, actual_return, benchmark_return);

-- Backtests, and each of their decisions as soon as it is made.
CREATE TABLE backtests (
    id TEXT PRIMARY KEY,
    doc TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE trials (
    backtest_id TEXT NOT NULL REFERENCES backtests (id),
    symbol TEXT NOT NULL,
    as_of TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (backtest_id, symbol, as_of)
);
