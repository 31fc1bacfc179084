"""The processes of tradecore: settings, the composition root, the server, the worker, the command line."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradecore_app.embed import Embedded, open_tradecore

__all__ = ["Embedded", "open_tradecore"]


def __getattr__(name: str) -> Any:
    # Adapters are imported when something is opened: `tradecore --help` has no use for them.
    if name in __all__:
        from tradecore_app import embed

        return getattr(embed, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
