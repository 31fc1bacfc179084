"""The HTTP API: one Litestar application over the use cases of the core."""
