-- How many jobs are queued, kept by triggers, so that a launch does not count the queue: the sum over all shards. Each
-- session writes to the shard of its process id, so that concurrent launches rarely wait for each other's commits; the
-- count of a single shard may be negative.

CREATE TABLE queue_counts (
    shard BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    PRIMARY KEY (shard)
) WITH (fillfactor = 50);

INSERT INTO queue_counts SELECT 0, COUNT(*) FROM jobs WHERE state = 'queued';

CREATE FUNCTION count_queued_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    difference BIGINT := 0;
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.state = 'queued' THEN
        difference := difference + 1;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.state = 'queued' THEN
        difference := difference - 1;
    END IF;
    INSERT INTO queue_counts AS counts VALUES (pg_backend_pid() % 64, difference)
        ON CONFLICT (shard) DO UPDATE SET waiting = counts.waiting + excluded.waiting;
    RETURN NULL;
END $$;

CREATE TRIGGER jobs_inserted AFTER INSERT ON jobs FOR EACH ROW
    WHEN (NEW.state = 'queued') EXECUTE FUNCTION count_queued_jobs();
CREATE TRIGGER jobs_moved AFTER UPDATE OF state ON jobs FOR EACH ROW
    WHEN ((OLD.state = 'queued') <> (NEW.state = 'queued')) EXECUTE FUNCTION count_queued_jobs();
CREATE TRIGGER jobs_deleted AFTER DELETE ON jobs FOR EACH ROW
    WHEN (OLD.state = 'queued') EXECUTE FUNCTION count_queued_jobs();
