"""Event streams: facts on their way to whoever follows them."""
