"""What the benchmarks' command lines have in common."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def positive(raw: str) -> int:
    """A whole number from 1 on, as an argument of the command line."""
    number = int(raw)
    if number < 1:
        raise argparse.ArgumentTypeError("give 1 or more")
    return number


@contextmanager
def step(name: str) -> Iterator[None]:
    """Says on stderr what is being done, and how long it took."""
    print(f"{name} ...", file=sys.stderr, flush=True)
    begun = time.monotonic()
    yield
    print(f"{name}: done in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
