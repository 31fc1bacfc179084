-- Decisions that were made when their days were new, the first of each engine on an asset and a day, and the records
-- of engines. An analysis may be deleted with its user; what its engine decided stays.
CREATE TABLE live_decisions (
    engine TEXT NOT NULL,
    symbol TEXT NOT NULL,
    asset_type TEXT NOT NULL,
    as_of TEXT NOT NULL,
    analysis_id TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (engine, symbol, asset_type, as_of)
);
CREATE INDEX live_decisions_of_analysis ON live_decisions (analysis_id);

CREATE TABLE engine_records (
    engine TEXT PRIMARY KEY,
    doc TEXT NOT NULL
);
