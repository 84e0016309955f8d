"""An end to waiting for an answer, whatever the other side does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer


@contextmanager
def cut_after(seconds: float, cut: Callable[[], object]) -> Iterator[None]:
    """Shuts a socket down when the work takes longer; raises ``TimeoutError`` then. A socket's own time-out counts
    each piece anew, so bytes that drip would be waited for without end."""
    is_over = Event()

    def end() -> None:
        is_over.set()
        with suppress(OSError, ValueError, RuntimeError):  # The work has just ended by itself.
            cut()

    timer = Timer(max(seconds, 0), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if is_over.is_set():
            raise TimeoutError("it does not answer in time")
