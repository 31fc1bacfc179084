-- What language models cost, in millionths of a US dollar: spent by user and day (counted from 1970 UTC), and set aside
-- for analyses under way.

CREATE TABLE spending (
    user_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    PRIMARY KEY (user_id, day)
) WITHOUT ROWID;

CREATE TABLE reserve (
    analysis_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    amount INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX set_aside_by_user ON reserve (user_id);
