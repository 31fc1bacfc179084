"""The live door: one stored sequence of facts per analysis, over raw WebSockets, Socket.IO and server-sent events."""
