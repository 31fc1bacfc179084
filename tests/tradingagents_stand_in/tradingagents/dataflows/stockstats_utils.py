"""Prices that go round the vendors."""


def load_ohlcv(symbol, curr_date):
    """Reads the network."""
    raise AssertionError("the network was read")
