"""The processes of tradecore: settings, the composition root, the server, the worker, the command line."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tradecore_app.embed import Embedded, open_tradecore
    from tradecore_app.json_output import to_json

__all__ = ["Embedded", "open_tradecore", "to_json"]


def __getattr__(name: str) -> Any:
    # Adapters are imported when something is opened: `tradecore --help` has no use for them.
    if name in __all__:
        module = import_module(f"tradecore_app.{'json_output' if name == 'to_json' else 'embed'}")
        return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
