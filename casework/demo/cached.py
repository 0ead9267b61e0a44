"""The demo, ready at once from its second start on a day: a copy of the casebook as it was built.

The first start of a day builds it (about two seconds) and keeps a copy in the user's cache folder; nothing in it
is about real people. What a user changes in the demo goes to a copy of that copy and is gone afterwards.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from casework.casebook.book import Casebook
from casework.casebook.clock import Clock, SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

FILE = "demo.db"
_PACKAGE = Path(__file__).parents[1]


def open_demo(
    folder: Path, language: str = "zh_CN", today: date | None = None, clock: Clock | None = None,
    cache: Path | None = None, meanwhile: Callable[[], None] | None = None,
) -> Casebook:  # fmt: skip
    """The demo's casebook in `folder`, which is empty and the caller's to remove.

    A cache that cannot be read or written is done without. `cache` is the folder of copies; the user's own by default.
    What is to be done `meanwhile`, such as to import the app, is done while a second process builds.
    """
    clock = clock or SystemClock()
    today = today or clock.now().date()
    copies = cache or _user_cache()
    copy = copies / f"{today}-{language}-{_stamp()}"
    if (copy / FILE).is_file():
        with contextlib.suppress(OSError):
            shutil.copytree(copy, folder, dirs_exist_ok=True)
            return Casebook.open(folder / FILE, None, clock)
    if meanwhile is None or not _built_beside(folder / FILE, today, language, meanwhile):
        from casework.demo.build import build

        build(folder / FILE, today, language, clock=clock).close()
    with contextlib.suppress(OSError):
        _keep(folder, copy)
    return Casebook.open(folder / FILE, None, clock)


def _built_beside(file: Path, today: date, language: str, meanwhile: Callable[[], None]) -> bool:
    """Build in a second process, by the command line; False if that did not do."""
    command = [sys.executable, "-m", "casework", "--lang", language, "--db", str(file), "demo", "--today", str(today)]
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    try:
        meanwhile()
        return process.wait() == 0 and file.is_file()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.returncode != 0:
            for left in file.parent.iterdir():
                left.unlink()


def _keep(folder: Path, copy: Path) -> None:
    """Put a copy into the cache in one step, and remove those of other days and versions."""
    copies = copy.parent
    copies.mkdir(parents=True, exist_ok=True)
    for other in copies.iterdir():
        if not other.name.startswith(str(copy.name)[:10]) or not other.name.endswith(_stamp()):
            shutil.rmtree(other, ignore_errors=True)
    half = copies / f"{copy.name}.{os.getpid()}"
    shutil.copytree(folder, half)
    try:
        half.rename(copy)
    except OSError:
        shutil.rmtree(half, ignore_errors=True)


def _user_cache() -> Path:
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("casework")) / "demo"


def _stamp() -> str:
    """What a copy depends on beside day and language: the newest file of the program, and the user's own catalog."""
    folders = [_PACKAGE, Path(os.environ["CASEWORK_CATALOG"])] if os.environ.get("CASEWORK_CATALOG") else [_PACKAGE]
    newest = max(
        (
            path.stat().st_mtime_ns
            for folder in folders
            for path in folder.rglob("*")
            if path.suffix in (".py", ".toml")
        ),
        default=0,
    )
    return f"{newest:x}"
