import subprocess
import sys

import pytest

# The second thread reads a class while the first is still reading its fields.
_PROGRAM = """
import threading

from attrs import frozen

from tradecore_adapters.typed_json import convert, decoder

began, ended = threading.Event(), threading.Event()


def slow_type():
    began.set()
    ended.wait(0.5)
    return int


@frozen
class Inner:
    number: "slow_type()"


@frozen
class Outer:
    first: int
    inner: Inner
    last: int


def read_first():
    decoder(Outer)


def read_second():
    began.wait()
    print({read})
    ended.set()


threads = [threading.Thread(target=target) for target in (read_first, read_second)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize(
    "read",
    [
        """decoder(list[Outer]).decode('[{"first": 1, "inner": {"number": 2}, "last": 3}]')[0]""",
        """convert({"first": 1, "inner": {"number": 2}, "last": 3}, Outer)""",
    ],
)
def test_a_class_that_another_thread_is_reading_is_waited_for(read: str) -> None:
    program = _PROGRAM.replace("{read}", read)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (0, "Outer(first=1, inner=Inner(number=2), last=3)\n"), ended.stderr
