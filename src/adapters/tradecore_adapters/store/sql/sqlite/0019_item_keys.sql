-- Where items of one story find each other: the telling words of their headlines, their texts and their titles, each as a
-- number. Finding the stories of new items costs what those share with stored ones, however many are stored.
CREATE TABLE item_keys (
    key INTEGER NOT NULL,
    happened_at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (key, happened_at, sequence)
) WITHOUT ROWID;
CREATE INDEX item_keys_by_item ON item_keys (sequence);
CREATE INDEX items_by_story ON items (story_id);
