"""Memory that a long-running process took and no longer needs, given back: glibc keeps it otherwise. Elsewhere nothing happens.

A worker's batch, a day's survey and a year's graph come and go; what they took stays with the process in heaps of the threads they ran in.
Python's threads take turns, so they do not wait for each other at one heap. Source: mallopt(3), M_ARENA_MAX; malloc_trim(3).
"""

import ctypes
import os

_M_ARENA_MAX = -8
_LIBC = ctypes.CDLL(None) if os.name == "posix" else None


def few_heaps() -> None:
    """Let all threads of this process share two heaps; before they are started."""
    if hasattr(_LIBC, "mallopt"):
        _LIBC.mallopt(_M_ARENA_MAX, 2)  # type: ignore[union-attr]


def give_back() -> None:
    """Give free memory back to the system; takes some milliseconds."""
    if hasattr(_LIBC, "malloc_trim"):
        _LIBC.malloc_trim(0)  # type: ignore[union-attr]
