-- Comparisons of engines, and what the record of an engine is summed from.
CREATE TABLE comparisons (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX comparisons_by_time ON comparisons (user_id, created_at);

-- `label` is the engine with its version and model, `cost` in US dollars, null where it is not known.
ALTER TABLE analyses ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE analyses ADD COLUMN cost REAL;
UPDATE analyses SET label = COALESCE(json_extract(doc, '$.engine'), '');
ALTER TABLE scores ADD COLUMN engine TEXT NOT NULL DEFAULT '';
ALTER TABLE scores ADD COLUMN label TEXT NOT NULL DEFAULT '';
UPDATE scores SET
    engine = (SELECT analyses.engine FROM analyses WHERE analyses.id = scores.analysis_id),
    label = (SELECT analyses.label FROM analyses WHERE analyses.id = scores.analysis_id);
