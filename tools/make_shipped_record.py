"""Make the shipped record of the rules from a store in which `tradecore backtest ... --record` has run.

Run `python tools/make_shipped_record.py STORE.db "NOTE"`, with the command of docs/reference/track-record.md. NOTE is
added to the name of the sample, such as what news the decisions had.
"""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from attrs import evolve

from tradecore.engines.desk.rules import RuleBasedReasoner
from tradecore.model.engine_records import EngineRecord
from tradecore_adapters.store.documents import decode, encode

TARGET = Path(__file__).parents[1] / "src/entrypoints/tradecore_app/records/rules.json"


def main() -> None:
    """Write the record of the current version of the rules."""
    path, note = sys.argv[1:]
    engine = RuleBasedReasoner().name
    # The shipped record stands for all depths; its sample names the one that it is of, here the lowest.
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection, connection:
        row = connection.execute(
            "SELECT doc FROM engine_records WHERE engine LIKE ? ORDER BY engine", (f"{engine}, depth %",)
        ).fetchone()
    if row is None:
        sys.exit(f"{path} has no record of {engine}; run `tradecore backtest` with --record first.")
    record = decode(EngineRecord, row[0])
    text = encode(evolve(record, engine=engine, sample=f"{record.sample}, {note}"))
    # A line for each observation, so that a later version can be compared.
    TARGET.write_text(text.replace('{"symbol"', '\n{"symbol"') + "\n", encoding="utf-8")
    print(f"{TARGET}: {len(record.observations)} decisions of {engine}")


if __name__ == "__main__":
    main()
