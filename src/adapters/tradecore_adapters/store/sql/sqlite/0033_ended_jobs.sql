-- How many jobs ended, kept by a trigger: metrics that count in processes lose what a killed one had counted, and the rows
-- of old jobs are deleted. Postgres spreads each count over shards (see sql/postgres); SQLite has one.

CREATE TABLE ended_jobs (
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    shard INTEGER NOT NULL,
    jobs INTEGER NOT NULL,
    PRIMARY KEY (kind, state, shard)
) WITHOUT ROWID;

INSERT INTO ended_jobs
    SELECT kind, state, 0, COUNT(*) FROM jobs WHERE state IN ('completed', 'failed', 'cancelled') GROUP BY kind, state;

CREATE TRIGGER jobs_ended AFTER UPDATE OF state ON jobs
    WHEN NEW.state IN ('completed', 'failed', 'cancelled') AND NEW.state <> OLD.state
BEGIN
    INSERT INTO ended_jobs VALUES (NEW.kind, NEW.state, 0, 1)
        ON CONFLICT (kind, state, shard) DO UPDATE SET jobs = jobs + 1;
END;
