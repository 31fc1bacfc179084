"""Commands collect cycles less often than the interpreter does by itself, and still collect them."""

import subprocess
import sys

_MEASURE = """
import gc
import sys

from tradecore_app.cli import main

before = gc.get_threshold()[0]
sys.argv = ["tradecore", "--help"]
try:
    main()
except SystemExit:
    pass


class Cycle:
    alive = most = 0

    def __init__(self):
        self.itself = self
        Cycle.alive += 1
        Cycle.most = max(Cycle.most, Cycle.alive)

    def __del__(self):
        Cycle.alive -= 1


for _ in range(100_000):
    Cycle()
print(before, gc.get_threshold()[0], Cycle.most)
"""


def test_commands_collect_cycles_less_often_but_never_keep_many() -> None:
    printed = subprocess.run([sys.executable, "-c", _MEASURE], capture_output=True, text=True, check=True, timeout=60)
    before, after, most = map(int, printed.stdout.splitlines()[-1].split())
    assert after > before
    assert most <= 2 * after
