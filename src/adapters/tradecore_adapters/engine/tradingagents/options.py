"""Options of TradingAgents."""

from pathlib import Path

from pydantic import Field

from tradecore_adapters.rows import Options


class TradingAgentsOptions(Options):
    """Where TradingAgents is installed."""

    python: Path | None = Field(
        None,
        validation_alias="TRADECORE_TRADINGAGENTS_PYTHON",
        description="the Python of an environment in which TradingAgents is installed; makes the engine available",
    )
