-- Lists of analyses in every state, by the name of their engine; hidden ones are left out.
ALTER TABLE analyses ADD COLUMN engine TEXT NOT NULL DEFAULT '';
ALTER TABLE analyses ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
UPDATE analyses SET engine = COALESCE(json_extract(doc, '$.brief.engine'), '');
CREATE INDEX analyses_of_user ON analyses (user_id, created_at, id) WHERE hidden = 0;
