"""What a symbol is called in the news."""

from tradecore.model.market import Symbol

# Names in common use; a ticker that is an everyday word is searched for by the company's name only.
_NAMES: dict[str, tuple[str, ...]] = {
    "AAPL": ("AAPL", "Apple"),
    "ADA": ("ADA", "Cardano"),
    "AMD": ("AMD", "Advanced Micro Devices"),
    "AMZN": ("AMZN", "Amazon"),
    "AVAX": ("AVAX", "Avalanche"),
    "BNB": ("BNB", "BNB Chain"),
    "BTC": ("BTC", "Bitcoin"),
    "DOGE": ("DOGE", "Dogecoin"),
    "DOT": ("Polkadot",),
    "ETH": ("ETH", "Ethereum", "Ether"),
    "FB": ("Facebook",),
    "GOOG": ("GOOG", "GOOGL", "Google", "Alphabet"),
    "GOOGL": ("GOOGL", "GOOG", "Google", "Alphabet"),
    "IBM": ("IBM",),
    "INTC": ("INTC", "Intel"),
    "JPM": ("JPM", "JPMorgan"),
    "KO": ("Coca-Cola",),
    "LINK": ("Chainlink",),
    "META": ("Meta Platforms", "Facebook", "Instagram"),
    "MSFT": ("MSFT", "Microsoft"),
    "NFLX": ("NFLX", "Netflix"),
    "NVDA": ("NVDA", "Nvidia"),
    "QQQ": ("QQQ", "Nasdaq 100"),
    "SOL": ("SOL", "Solana"),
    "SPY": ("S&P 500",),
    "TSLA": ("TSLA", "Tesla"),
    "XOM": ("XOM", "Exxon"),
    "XRP": ("XRP", "Ripple"),
}


def terms(symbol: Symbol) -> tuple[str, ...]:
    """What to look for in the news of a symbol; of a pair, its base: `BTC-USD` is called BTC and Bitcoin."""
    base = symbol.lstrip("^").replace("/", "-").split("-")[0]
    return _NAMES.get(symbol) or _NAMES.get(base) or (base,)
