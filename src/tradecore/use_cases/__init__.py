"""Use cases: one frozen callable class each. Fields are the ports it needs, arguments are the request."""
