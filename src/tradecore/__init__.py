"""tradecore: multi-agent trading analyses, portfolios and news digests, as a library of verbs behind ports.

This package is the pure core. It imports attrs and the standard library; adapters and processes live in
`tradecore_adapters` and `tradecore_app`, where `tradecore_app.open_tradecore` is the shortest way in.
"""

from tradecore.core import Tradecore

__all__ = ["Tradecore"]
__version__ = "0.1.0"
