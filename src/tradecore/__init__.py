"""tradecore: multi-agent trading analyses, portfolios and news digests, as a library of verbs behind ports.

This package is the pure core. It imports attrs and the standard library; adapters and processes live in
`tradecore_adapters` and `tradecore_app`, where `tradecore_app.open_tradecore` is the shortest way in.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tradecore.core import Tradecore

__all__ = ["Tradecore"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load the core when it is first named: an adapter that needs one module of the model loads one module."""
    if name != "Tradecore":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tradecore.core import Tradecore

    return Tradecore
