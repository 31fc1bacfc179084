"""A stand-in for TradingAgents."""
