-- Positions of events, given after they are committed. The events themselves are in `events`.
CREATE TABLE event_log (
    position INTEGER NOT NULL,
    topic TEXT NOT NULL,
    seq INTEGER NOT NULL,
    user_id TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (position)
);
CREATE INDEX event_log_of_user ON event_log (user_id, position);

-- One row: the newest position. It is locked while positions are given.
CREATE TABLE event_log_head (
    position INTEGER NOT NULL
);

CREATE TABLE listeners (
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    failing_since INTEGER,
    next_try INTEGER,
    dead INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE dead_letters (
    id TEXT PRIMARY KEY,
    listener TEXT NOT NULL,
    position INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    user_id TEXT,
    kind TEXT NOT NULL,
    doc TEXT NOT NULL,
    error TEXT NOT NULL,
    at INTEGER NOT NULL
) WITHOUT ROWID;

ALTER TABLE outbox RENAME COLUMN position TO id;
ALTER TABLE outbox ADD COLUMN user_id TEXT;

-- Events that were relayed before there were positions, oldest job first. An entity has the id of its job.
INSERT INTO event_log (position, topic, seq, user_id, at)
SELECT ROW_NUMBER() OVER (ORDER BY COALESCE(jobs.queued_at, 0), events.topic, events.seq),
    events.topic, events.seq, jobs.user_id, COALESCE(jobs.queued_at, 0)
FROM events LEFT JOIN jobs ON jobs.id = REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
    events.topic, 'analysis:', ''), 'job:', ''), 'digest:', ''), 'recommendation:', ''), 'order:tradecore-', '')
WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.topic = events.topic AND outbox.seq = events.seq);
INSERT INTO event_log_head (position) SELECT COUNT(*) FROM event_log;
