"""A snapshot of prices."""

from tradingagents.dataflows.stockstats_utils import load_ohlcv


def build_verified_market_snapshot(symbol, curr_date, look_back_days=30):
    """The newest rows by a day."""
    return "\n".join(f"{row['Date']} {row['Close']}" for row in load_ohlcv(symbol, curr_date).rows[-look_back_days:])
