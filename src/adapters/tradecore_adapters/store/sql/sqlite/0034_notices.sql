-- Services through which users get short messages, and each thing that is or was to be told there.
CREATE TABLE notice_channels (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    next_send INTEGER,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX notice_channels_of_user ON notice_channels (user_id, created_at, id);
CREATE INDEX notice_channels_due ON notice_channels (next_send) WHERE next_send IS NOT NULL;

CREATE TABLE notices (
    id TEXT PRIMARY KEY,
    channel_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    doc TEXT NOT NULL
);
CREATE INDEX notices_by_state ON notices (channel_id, state, created_at, id);
CREATE INDEX notices_of_channel ON notices (channel_id, created_at, id);
CREATE INDEX notices_of_user ON notices (user_id, id);
CREATE INDEX notices_by_age ON notices (created_at);

-- No notices of what happened before there were any channels.
INSERT INTO listeners (name, position, failures, dead) SELECT 'notices', position, 0, 0 FROM event_log_head;
