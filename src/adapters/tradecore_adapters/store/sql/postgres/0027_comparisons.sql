-- Comparisons of engines, and what the record of an engine is summed from.
CREATE TABLE comparisons (
    id TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    doc TEXT COLLATE "C" NOT NULL
);
CREATE INDEX comparisons_by_time ON comparisons (user_id, created_at);

-- `label` is the engine with its version and model, `cost` in US dollars, null where it is not known.
ALTER TABLE analyses ADD COLUMN label TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE analyses ADD COLUMN cost DOUBLE PRECISION;
UPDATE analyses SET label = COALESCE(doc::json ->> 'engine', '');
ALTER TABLE scores ADD COLUMN engine TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE scores ADD COLUMN label TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE scores SET
    engine = (SELECT analyses.engine FROM analyses WHERE analyses.id = scores.analysis_id),
    label = (SELECT analyses.label FROM analyses WHERE analyses.id = scores.analysis_id);
