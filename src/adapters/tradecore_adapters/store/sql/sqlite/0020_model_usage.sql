-- Calls of language models by user, day (days since 1970-01-01 UTC), agent and model: `cost` is in millionths of a US
-- dollar, and `unpriced` is above 0 where the price of a call was not known.
CREATE TABLE model_usage (
    user_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    agent TEXT NOT NULL,
    model TEXT NOT NULL,
    calls INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    unpriced INTEGER NOT NULL,
    PRIMARY KEY (user_id, day, agent, model)
) WITHOUT ROWID;
