"""The camelCase shape: everything below /api, in envelopes."""
