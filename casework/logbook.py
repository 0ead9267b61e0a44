"""The log of unexpected errors: the kind of error and where in the program, never its message or any value.

A message may repeat what somebody typed, so it stays out; file, line and function are enough to find the fault.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

KEEP_BYTES = 256 * 1024


def note(error: BaseException, path: Path | None = None) -> Path:
    """Write an error down and say where. A log that cannot be written is done without."""
    from casework.paths import log_file

    path = path or log_file()
    lines = [f"{datetime.now().astimezone().isoformat(timespec='seconds')} {_kind(error)}"]
    lines += [f"  {place}" for place in _places(error.__traceback__)]
    cause = error.__cause__ or error.__context__
    while cause is not None:
        lines.append(f"  from {_kind(cause)}")
        lines += [f"    {place}" for place in _places(cause.__traceback__)]
        cause = cause.__cause__ or cause.__context__
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > KEEP_BYTES:
            path.replace(path.with_name(path.name + ".1"))
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return path


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places
