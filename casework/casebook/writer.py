"""The one writer: a thread with its own connection, through which every save goes, in order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")

_Job = tuple[Callable[[], Any], "Future[Any]"]


class Writer:
    """Runs jobs one after the other. `idle` is called when none has come for `idle_seconds`, once a pause."""

    def __init__(self, idle: Callable[[], None], closing: Callable[[], None]) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._idle = idle
        self._closing = closing
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()

    def here(self) -> bool:
        """Whether the caller is already on the writer's thread."""
        return threading.current_thread() is self._thread

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Run a job on the writer's thread; on that thread itself it runs at once."""
        future: Future[T] = Future()
        if self.here():
            _run(job, future)
            return future
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="casebook-writer", daemon=True)
                self._thread.start()
        self._jobs.put((job, future))
        return future

    def stop(self) -> None:
        """Finish what was submitted, then end the thread."""
        if self._thread is not None and not self.here():
            self._jobs.put(None)
            self._thread.join()
            self._thread = None

    def _loop(self) -> None:
        import queue

        settled = True
        while True:
            try:
                job = self._jobs.get(timeout=None if settled else 0.2)
            except queue.Empty:
                self._idle()
                settled = True
                continue
            if job is None:
                break
            _run(*job)
            settled = False
        self._idle()
        self._closing()


def _run(job: Callable[[], T], future: Future[T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = job()
    except BaseException as error:  # noqa: BLE001 - carried to whoever waits for the future
        future.set_exception(error)
    else:
        future.set_result(result)
