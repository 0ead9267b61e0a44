"""The command line. `casework`, `casework --db FILE` and `casework demo` reach the app without importing it whole.

Exit codes: 0 done, 1 done in part (what and why on standard error), 2 wrong use, 3 locked or wrong passphrase,
4 damaged or newer casebook.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run casework with these arguments, or those of the process; give the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    from casework import language

    language.set_language(language.from_environment())
    try:
        if not given:
            return _app(None)
        if given[0] == "--db" and len(given) == 2:
            return _app(Path(given[1]))
        if given == ["demo"]:
            return _demo()
        from casework.commands.root import run

        return run(given)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - the last stop: a sentence for people, the place in the log
        return _said(error)


def _app(path: Path | None) -> int:
    """Open the app on a casebook: one without passphrase at once, others by way of the unlock screen."""
    from casework.tui.start import start

    if path is None:
        from casework.paths import default_casebook

        path = default_casebook()
    if path.exists():
        from casework.casebook import keys, viewing
        from casework.casebook.book import Casebook

        # Left by an end without notice: gone before anything else, locked or not.
        viewing.clear(path)
        if keys.is_open(path):
            return start(Casebook.open(path))
    return start(None, path)


def _demo() -> int:
    """The demo in a folder of its own, which goes when it is closed."""
    import shutil
    import tempfile

    from casework import language
    from casework.demo.cached import open_demo
    from casework.tui.start import prepare, start

    folder = Path(tempfile.mkdtemp(prefix="casework-demo-"))
    try:
        return start(open_demo(folder, language.language(), meanwhile=prepare))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _said(error: BaseException) -> int:
    """Say an error in a sentence; give its exit code."""
    from casework.casebook.errors import CasebookError
    from casework.language import _, say

    phrase = getattr(error, "phrase", None)
    if phrase is not None:
        print(say(phrase), file=sys.stderr)
        return error.exit_code if isinstance(error, CasebookError) else 1
    if isinstance(error, BrokenPipeError):
        # Whoever read the output has seen enough; nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    from casework import logbook

    path = logbook.note(error)
    print(
        _("Something went wrong in casework itself. What was saved is safe. The place is noted in {path}.", path=path),
        file=sys.stderr,
    )
    return 1
