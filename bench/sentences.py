"""Print how the desk tells true sentences from false ones: `python bench/sentences.py [--all]`.

The sentences are those of the corpus that ships with tradecore, labelled by hand. `--all` prints each sentence of the
part `tune` that is judged wrongly, with what was objected to; those of the part `held-out` are only ever counted.
"""

import sys
import time

from tradecore_app.sentence_corpus import sentences


def main() -> None:
    """Measure and print."""
    for part in ("tune", "held-out"):
        rows = sentences(part)
        start = time.perf_counter()
        judged = [(row, row.faults()) for row in rows]
        taken = 1e3 * (time.perf_counter() - start) / len(rows)
        true = [faults for row, faults in judged if row.holds]
        false = [faults for row, faults in judged if not row.holds]
        kept, dropped = sum(not faults for faults in true), sum(bool(faults) for faults in false)
        print(
            f"{part:>9}: {kept} of {len(true)} true sentences kept ({kept / len(true):.0%}), "
            f"{dropped} of {len(false)} false ones dropped ({dropped / len(false):.0%}), {taken:.2f} ms each"
        )
        if part == "tune" and "--all" in sys.argv:
            for row, faults in judged:
                if row.holds == bool(faults):
                    print(f"  {'true' if row.holds else 'FALSE'}: {row.text} ({row.reason})\n      {'; '.join(faults)}")


if __name__ == "__main__":
    main()
