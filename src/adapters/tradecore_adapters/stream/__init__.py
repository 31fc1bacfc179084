"""Event streams: they deliver stored events to subscribers."""
