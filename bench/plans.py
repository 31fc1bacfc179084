"""Which plans Postgres chose for the statements of a database, and how many rows they read, from its own log."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
from attrs import frozen

_BEGIN = re.compile(r"^(\S+)\|LOG:  duration: [\d.]+ ms  plan:$")
# The number of arguments in a list is no difference.
_LISTS = re.compile(r"(\$\d+(, )?)+")


@frozen
class Plan:
    """How a statement was run: its scans as `index or table` in their order, and how many rows these read."""

    scans: tuple[str, ...]
    rows: int

    @property
    def unindexed(self) -> tuple[str, ...]:
        """The tables that were read without an index."""
        return tuple(scan for scan in self.scans if scan.startswith("all of "))


async def log_plans(admin: "asyncpg.Connection[Any]", database: str) -> None:
    """Have the sessions that are opened from now on log the plan of each statement."""
    await admin.execute("ALTER SYSTEM SET log_line_prefix = '%d|'")
    await admin.execute("SELECT pg_reload_conf()")
    for setting in (
        "session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0",
        "auto_explain.log_analyze = on", "auto_explain.log_timing = off", "auto_explain.log_format = json",
    ):  # fmt: skip
        await admin.execute(f"ALTER DATABASE {database} SET {setting}")


def read_plans(log: Path, database: str) -> dict[str, Plan]:
    """The plan that read most rows for each statement of a database."""
    plans: dict[str, Plan] = {}
    for name, text in _logged(log):
        if name == database:
            document = json.loads(text)
            statement = _LISTS.sub("$ ", " ".join(document["Query Text"].split()))
            scans = list(_scans(document["Plan"]))
            plan = Plan(tuple(name for name, _ in scans), sum(rows for _, rows in scans))
            if statement not in plans or plan.rows > plans[statement].rows:
                plans[statement] = plan
    return plans


def _logged(log: Path) -> Iterator[tuple[str, str]]:
    name, lines = "", list[str]()
    for line in log.read_text(errors="replace").splitlines():
        if lines and line.startswith("\t"):
            lines.append(line)
            continue
        if len(lines) > 1:
            yield name, "\n".join(lines)
        begin = _BEGIN.match(line)
        name, lines = (begin[1], ["\n"]) if begin else ("", [])
    if len(lines) > 1:
        yield name, "\n".join(lines)


def _scans(node: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for child in node.get("Plans", ()):
        yield from _scans(child)
    table, index = node.get("Relation Name"), node.get("Index Name")
    if not (table or index) or node["Node Type"] == "ModifyTable":
        return
    if node["Node Type"] == "Bitmap Index Scan":
        # Its rows are counted where they are read from the table.
        yield index, 0
        return
    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    name = index or (table if node["Node Type"] == "Bitmap Heap Scan" else f"all of {table}")
    yield name, round(rows * node["Actual Loops"])
