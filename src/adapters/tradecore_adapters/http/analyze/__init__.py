"""Routes below /analyze: snake_case names, errors as `{"detail": ...}`, times with `+00:00`."""
