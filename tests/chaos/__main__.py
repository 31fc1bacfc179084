"""Runs scenarios and prints a table of figures: python -m chaos --help."""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from attrs import fields

from chaos.runs import Figures, run
from chaos.scenarios import SCENARIOS

_COLUMNS = [field.name for field in fields(Figures) if field.name not in ("violations", "metrics")]


def main() -> int:
    """Run the chosen scenarios one after the other; the exit code is 1 if an invariant was violated."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    names = [*SCENARIOS, "all"]
    parser.add_argument("--scenario", choices=names, default="all", help="what happens to the cluster")
    parser.add_argument("--seed", type=int, default=None, help="the seed of the schedule; by default another each time")
    parser.add_argument("--queue", choices=["default", "dramatiq"], default="default", help="what carries jobs")
    parser.add_argument("--times", type=int, default=1, help="how often, each time with the next seed")
    arguments = parser.parse_args()
    # `make test` runs the short one.
    chosen = [name for name in SCENARIOS if name != "short"] if arguments.scenario == "all" else [arguments.scenario]
    first = arguments.seed if arguments.seed is not None else int(time.time()) % 1_000_000
    results: list[Figures] = []
    for name in chosen:
        for seed in range(first, first + arguments.times):
            folder = Path(tempfile.mkdtemp(prefix=f"tradecore-chaos-{name}-"))
            print(f"{name}, seed {seed}: {SCENARIOS[name].about}; logs and history in {folder}", flush=True)
            results.append(asyncio.run(run(SCENARIOS[name], seed, folder, queue=arguments.queue)))
            for violation in results[-1].violations:
                print(f"  VIOLATION  {violation}")
            for line in results[-1].metrics:
                print(f"  metrics    {line}")
    _print_table(results)
    return 0 if all(figures.passed for figures in results) else 1


def _print_table(results: list[Figures]) -> None:
    table = [[*_COLUMNS, "passed"]]
    table += [[*(str(getattr(figures, name)) for name in _COLUMNS), str(figures.passed)] for figures in results]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        print("  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)))


if __name__ == "__main__":
    raise SystemExit(main())
