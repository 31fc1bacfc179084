"""Routes below /api: camelCase names, every response in an envelope, times with `Z`."""
