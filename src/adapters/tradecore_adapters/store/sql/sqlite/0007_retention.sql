-- Ended jobs by age, so that the oldest can be deleted in small batches.
CREATE INDEX jobs_ended ON jobs (queued_at) WHERE state IN ('completed', 'failed', 'cancelled');
