-- History shows the return so far until the horizon has passed: `shown_return` is that of the horizon, or the one so far.
-- Pages leave out hidden analyses and sort by the day that was analysed; sums count all.
ALTER TABLE analyses ADD COLUMN shown_return REAL;
UPDATE analyses SET shown_return = actual_return;
DROP INDEX history_by_date;
DROP INDEX history_by_confidence;
DROP INDEX history_by_return;
CREATE INDEX history_by_date ON analyses
    (user_id, as_of, created_at, id, symbol, asset_type, action, confidence, shown_return, actual_return)
    WHERE state = 'completed' AND hidden = 0;
CREATE INDEX history_by_confidence ON analyses
    (user_id, confidence, id, created_at, symbol, asset_type) WHERE state = 'completed' AND hidden = 0;
CREATE INDEX history_by_return ON analyses
    (user_id, shown_return, id, created_at, symbol, asset_type) WHERE state = 'completed' AND hidden = 0;
CREATE INDEX history_by_creation ON analyses
    (user_id, created_at, symbol, asset_type, confidence, shown_return) WHERE state = 'completed';
CREATE INDEX analyses_hidden ON analyses (user_id, created_at) WHERE hidden = 1;
