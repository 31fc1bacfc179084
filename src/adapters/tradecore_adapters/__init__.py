"""The adapters: one folder per port, plus the interfaces that callers use: HTTP, WebSocket, MCP and the client."""
