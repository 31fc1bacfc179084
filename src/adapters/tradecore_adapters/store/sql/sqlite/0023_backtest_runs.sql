-- Backtests as jobs: who requested which, the part of each job, and the report once all decisions are made.
CREATE TABLE backtest_requests (
    user_id TEXT NOT NULL,
    backtest_id TEXT NOT NULL REFERENCES backtests (id),
    requested_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, backtest_id)
);
CREATE INDEX backtest_requests_by_time ON backtest_requests (user_id, requested_at);

CREATE TABLE backtest_parts (
    id TEXT PRIMARY KEY,
    backtest_id TEXT NOT NULL REFERENCES backtests (id),
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX backtest_parts_of_backtest ON backtest_parts (backtest_id, user_id);

CREATE TABLE backtest_reports (
    backtest_id TEXT PRIMARY KEY REFERENCES backtests (id),
    doc TEXT NOT NULL
);
