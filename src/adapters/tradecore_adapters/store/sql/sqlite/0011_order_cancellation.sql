DROP INDEX orders_unsettled;
CREATE INDEX orders_unsettled ON orders (created_at) WHERE state IN ('pending', 'accepted', 'cancelling', 'unknown');
CREATE INDEX orders_of_user ON orders (user_id, created_at);
