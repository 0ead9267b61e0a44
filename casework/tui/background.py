"""Long work in a thread of its own: its end comes back as a message, so that no widget is touched in a thread."""

from __future__ import annotations

import contextlib
import sys
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from casework.casebook.book import Casebook
    from casework.domain.phrase import Phrase
    from casework.tui.locking import LockingApp

T = TypeVar("T")

SWITCH_SECONDS = 0.001
"""How long a computing thread keeps the interpreter; Python's own figure is 0.005."""


class WorkDone(Message):
    """Something that a thread has to say, to be carried out on the app's own thread."""

    def __init__(self, finish: Callable[[], None]) -> None:
        super().__init__()
        self.finish = finish


class Work:
    """A piece of work under way. `stop` asks it to end soon; work that knows no stopping runs to its end.

    `keeps_open`: the casebook does not lock for want of keys while this runs.
    """

    def __init__(self, name: str, keeps_open: bool) -> None:
        self.name = name
        self.keeps_open = keeps_open
        self.stop = threading.Event()
        self.thread: threading.Thread | None = None

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.thread is not None and self.thread.is_alive()


def start(
    app: LockingApp,
    work: Callable[[Work], T],
    done: Callable[[T], None],
    failed: Callable[[Phrase, Exception], None],
    *,
    book: Casebook | None = None,
    name: str = "work",
    keeps_open: bool = False,
) -> Work:
    """Run `work` in a thread; then `done` with its result or `failed` with what to say, on the app's thread.

    Args:
        work: gets its own `Work`, whose `stop` it asks where it can end early.
        book: the casebook that it reads; the thread's connection to it is closed at the end.
        keeps_open: see `Work`.

    An error without a phrase is a mistake of ours and ends the app as any other would.
    """
    this = Work(name, keeps_open)

    def run() -> None:
        finish: Callable[[], None]
        try:
            result = work(this)
        except Exception as error:  # noqa: BLE001 - carried to the app's thread
            finish = _failure(error, failed)
        else:
            finish = lambda: done(result)  # noqa: E731
        finally:
            if book is not None:
                book.database.close()
        app.post_message(WorkDone(finish))

    this.thread = threading.Thread(target=run, name=name, daemon=True)
    app.works.add(this)
    this.thread.start()
    return this


@contextlib.contextmanager
def yielding() -> Iterator[None]:
    """While a thread computes: hand the interpreter over more often, so that a key waits a millisecond and not five."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def allow_processes() -> None:
    """Let this process start others though Textual holds its standard error, which it gives out as descriptor -1.

    `multiprocessing` hands that number to its first helper, and fails; later ones do without it.
    """
    if sys.platform == "win32":
        return
    from multiprocessing import resource_tracker

    with contextlib.redirect_stderr(sys.__stderr__):
        resource_tracker.ensure_running()


def _failure(error: Exception, failed: Callable[[Phrase, Exception], None]) -> Callable[[], None]:
    phrase: Any = getattr(error, "phrase", None)

    def finish() -> None:
        if phrase is None:
            raise error
        failed(phrase, error)

    return finish
