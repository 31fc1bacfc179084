"""What the instrument is."""


def resolve_instrument_identity(ticker):
    """Reads the network."""
    raise AssertionError("the network was read")


def build_instrument_context(ticker, asset_type="stock", identity=None):
    """A sentence about the instrument."""
    return f"The {asset_type} is {ticker}: {dict(identity or {})}."
