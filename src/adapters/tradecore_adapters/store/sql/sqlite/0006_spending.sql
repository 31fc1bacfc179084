-- Costs of language models in millionths of a US dollar: `spending` by user and day (days since 1970-01-01 UTC), and
-- `budget_reservations` for analyses in progress.

CREATE TABLE spending (
    user_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    PRIMARY KEY (user_id, day)
) WITHOUT ROWID;

CREATE TABLE budget_reservations (
    analysis_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    amount INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX budget_reservations_by_user ON budget_reservations (user_id);
