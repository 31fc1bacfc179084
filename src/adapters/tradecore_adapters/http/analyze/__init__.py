"""The shape of routes below /analyze: snake_case, `{"detail": ...}` for what went wrong, times with `+00:00`."""
