-- How many jobs are queued, kept by triggers, so that a launch does not count the queue. Postgres spreads the count over
-- shards (see sql/postgres), so that concurrent launches do not wait for each other's commits; SQLite has one.

CREATE TABLE queue_counts (
    shard INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    PRIMARY KEY (shard)
) WITHOUT ROWID;

INSERT INTO queue_counts SELECT 0, COUNT(*) FROM jobs WHERE state = 'queued';

CREATE TRIGGER jobs_inserted AFTER INSERT ON jobs WHEN NEW.state = 'queued'
BEGIN
    UPDATE queue_counts SET waiting = waiting + 1;
END;
CREATE TRIGGER jobs_moved AFTER UPDATE OF state ON jobs WHEN (OLD.state = 'queued') <> (NEW.state = 'queued')
BEGIN
    UPDATE queue_counts SET waiting = waiting + (NEW.state = 'queued') - (OLD.state = 'queued');
END;
CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs WHEN OLD.state = 'queued'
BEGIN
    UPDATE queue_counts SET waiting = waiting - 1;
END;
