"""Saving from a screen: handed to the writer's thread, finished on the app's own, so that no widget is
touched in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.domain.receipt import Receipt
    from casework.tui.app import CaseworkApp
    from casework.tui.screens.base import BaseScreen


class SaveDone(Message):
    """The writer has finished: with a receipt, or with an error."""

    def __init__(self, finish: Callable[[], None]) -> None:
        super().__init__()
        self.finish = finish


def submit(
    app: CaseworkApp,
    screen: BaseScreen,
    work: Callable[[str], Receipt],
    action: str,
    on_saved: Callable[[Receipt], None] | None,
) -> None:
    """Hand a save to the writer; its end comes back to the app as a message, also if the screen is gone by
    then."""
    from casework.casebook.errors import CasebookError

    def failed(error: CasebookError) -> None:
        app.post_message(SaveDone(lambda: screen.not_saved(error, work, action, on_saved)))

    try:
        future = app.open_book.submit(lambda: work(action))
    except CasebookError as error:
        failed(error)
        return

    def finished(ended: Any) -> None:
        error = ended.exception()
        if error is None:
            receipt = ended.result()
            app.post_message(SaveDone(lambda: screen.saved(receipt, on_saved)))
        elif isinstance(error, CasebookError):
            failed(error)
        else:
            app.post_message(SaveDone(lambda: _raise(error)))

    future.add_done_callback(finished)


def _raise(error: BaseException) -> None:
    raise error
