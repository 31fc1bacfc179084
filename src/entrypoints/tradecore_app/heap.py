"""Memory of processes that live long: the heap of the C library kept small, cycles collected less often."""

import ctypes
import gc
from contextlib import suppress

# Parameters of `mallopt` in malloc.h of glibc.
_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8
_TRIM_THRESHOLD = 64 * 1024
# Objects more before a collection of the young ones, and collections before one of the next generation and of all. The
# defaults of Python 3.11 to 3.13 are 700 (2,000 in 3.13), 10 and 10.
_COLLECT_AFTER = (5000, 20, 50)


def share_one_heap() -> None:
    """Let all threads share one heap whose free end is returned to the system; call it before threads begin.

    By default glibc gives each thread a heap and keeps what was freed: 2 of 101 MiB of a web process after a load, and
    9 of 115 where its threads had read large files. The lock of the interpreter lets one thread allocate at a time in
    any case. Other C libraries are left alone.
    """
    with suppress(AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_TRIM_THRESHOLD, _TRIM_THRESHOLD)


def return_freed_memory() -> None:
    """Return what was freed so far to the system, where the C library can."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def collect_cycles_less_often() -> None:
    """Let the garbage collector look for cycles less often.

    Reference counts free nearly everything here, and the collector visits all objects of a large task again and
    again: a fifth of the processor time of a visit that reads 50,000 news items.
    """
    gc.set_threshold(*_COLLECT_AFTER)
