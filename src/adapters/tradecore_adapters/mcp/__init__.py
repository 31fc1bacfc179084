"""The Model Context Protocol: what agents of other programs may do, as a pure client of the HTTP API."""
