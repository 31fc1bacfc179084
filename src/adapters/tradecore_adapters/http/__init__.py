"""The HTTP door: one Litestar application over the verbs of the core."""
