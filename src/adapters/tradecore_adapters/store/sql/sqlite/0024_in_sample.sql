-- Decisions of models that may have read what came after their day are shown, and never count towards a record.
ALTER TABLE analyses ADD COLUMN in_sample INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scores ADD COLUMN in_sample INTEGER NOT NULL DEFAULT 0;
DROP INDEX history_by_date;
CREATE INDEX history_by_date ON analyses
    (user_id, as_of, created_at, id, symbol, asset_type, action, confidence, shown_return, actual_return, in_sample)
    WHERE state = 'completed' AND hidden = 0;
DROP INDEX scores_of_user;
CREATE INDEX scores_of_user ON scores
    (user_id, created_at, symbol, asset_type, confidence_bucket, confidence, actual_return, benchmark_return)
    WHERE in_sample = 0;
