-- When a user cancelled a backtest. Its jobs go on while another user has an open request for it.
ALTER TABLE backtest_requests ADD COLUMN cancelled_at INTEGER;
CREATE INDEX backtest_requests_open ON backtest_requests (backtest_id) WHERE cancelled_at IS NULL;
