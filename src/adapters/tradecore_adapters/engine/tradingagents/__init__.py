"""TradingAgents as an engine: the framework runs in an interpreter of its own, on the data of this installation."""
