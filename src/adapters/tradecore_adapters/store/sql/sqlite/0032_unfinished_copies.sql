-- What a copy of another store has brought here so far, by table: the rows and their digest. Empty once all is here.
CREATE TABLE copied_tables (
    name TEXT PRIMARY KEY,
    row_count INTEGER NOT NULL,
    digest TEXT NOT NULL
) WITHOUT ROWID;
