"""The vendors of data by method."""

from tradingagents.dataflows.stockstats_utils import load_ohlcv


def _network(*args, **kwargs):
    raise AssertionError("the network was read")


def _indicator(symbol, indicator, curr_date, look_back_days):
    rows = load_ohlcv(symbol, curr_date).rows[-look_back_days:]
    return f"{indicator} of {symbol} by {curr_date}: {sum(row['Close'] for row in rows) / len(rows):.2f}"


VENDOR_METHODS = {
    "get_stock_data": {"yfinance": _network},
    "get_indicators": {"yfinance": _indicator},
    "get_fundamentals": {"yfinance": _network},
    "get_balance_sheet": {"yfinance": _network},
    "get_cashflow": {"yfinance": _network},
    "get_income_statement": {"yfinance": _network},
    "get_news": {"yfinance": _network},
    "get_global_news": {"yfinance": _network},
    "get_insider_transactions": {"yfinance": _network},
    "get_macro_indicators": {"fred": _network},
    "get_prediction_markets": {"polymarket": _network},
    "get_something_new": {"elsewhere": _network},
}


def route_to_vendor(method, *args, **kwargs):
    """The answer of the only vendor."""
    [vendor] = VENDOR_METHODS[method].values()
    return vendor(*args, **kwargs)
