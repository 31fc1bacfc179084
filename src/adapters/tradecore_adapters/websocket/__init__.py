"""Live events: one stored sequence of facts per analysis, over raw WebSockets, Socket.IO and server-sent events."""
