-- How many jobs ended, kept by a trigger: metrics that count in processes lose what a killed one had counted, and the rows
-- of old jobs are deleted. Each session writes to the shard of its process id, so that jobs which end concurrently rarely
-- wait for each other's commits; the count of a kind and state is the sum over its shards.

CREATE TABLE ended_jobs (
    kind TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    shard BIGINT NOT NULL,
    jobs BIGINT NOT NULL,
    PRIMARY KEY (kind, state, shard)
) WITH (fillfactor = 50);

INSERT INTO ended_jobs
    SELECT kind, state, 0, COUNT(*) FROM jobs WHERE state IN ('completed', 'failed', 'cancelled') GROUP BY kind, state;

CREATE FUNCTION count_ended_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ended_jobs AS counts VALUES (NEW.kind, NEW.state, pg_backend_pid() % 64, 1)
        ON CONFLICT (kind, state, shard) DO UPDATE SET jobs = counts.jobs + 1;
    RETURN NULL;
END $$;

CREATE TRIGGER jobs_ended AFTER UPDATE OF state ON jobs FOR EACH ROW
    WHEN (NEW.state IN ('completed', 'failed', 'cancelled') AND NEW.state <> OLD.state)
    EXECUTE FUNCTION count_ended_job();
