"""The records of engines that ship with tradecore, for installations that have none of their own yet."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from tradecore.model.engine_records import EngineRecord
from tradecore_adapters.store.documents import decode

_NAMES = ("rules",)


@cache
def shipped_records() -> Mapping[str, EngineRecord]:
    """The shipped records by the label of their engine. docs/reference/track-record.md says how each was made."""
    folder = files("tradecore_app") / "records"
    records = [decode(EngineRecord, (folder / f"{name}.json").read_text(encoding="utf-8")) for name in _NAMES]
    return {record.engine: record for record in records}
