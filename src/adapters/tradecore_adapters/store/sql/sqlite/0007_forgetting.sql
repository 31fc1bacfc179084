-- Ended jobs in the order of their age, so that the oldest are found to be forgotten.
CREATE INDEX jobs_ended ON jobs (queued_at) WHERE state IN ('completed', 'failed', 'cancelled');
