"""Posts that go round the vendors."""


def fetch_stocktwits_messages(ticker, limit=30):
    """Reads the network."""
    raise AssertionError("the network was read")


def fetch_reddit_posts(ticker):
    """Reads the network."""
    raise AssertionError("the network was read")


def posts(ticker):
    """All posts there are."""
    return f"{fetch_stocktwits_messages(ticker, limit=30)}\n{fetch_reddit_posts(ticker)}"
