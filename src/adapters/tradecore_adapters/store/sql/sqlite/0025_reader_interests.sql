-- What the readers of an account want of the news.
CREATE TABLE reader_interests (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
) WITHOUT ROWID;
