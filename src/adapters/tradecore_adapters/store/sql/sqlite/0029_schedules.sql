-- Lists of symbols of users, what is done for users at certain times, and each time of it.
CREATE TABLE watchlists (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX watchlists_of_user ON watchlists (user_id, created_at, id);

CREATE TABLE schedules (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    next_due INTEGER,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX schedules_of_user ON schedules (user_id, created_at, id);
CREATE INDEX schedules_due ON schedules (next_due) WHERE next_due IS NOT NULL;

CREATE TABLE schedule_runs (
    id TEXT PRIMARY KEY,
    schedule_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    next_try INTEGER,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX schedule_runs_due ON schedule_runs (next_try) WHERE next_try IS NOT NULL;
CREATE INDEX schedule_runs_of_schedule ON schedule_runs (schedule_id, due_at, id);
CREATE INDEX schedule_runs_of_user ON schedule_runs (user_id, id);
CREATE INDEX schedule_runs_by_age ON schedule_runs (created_at);
