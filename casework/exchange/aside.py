"""Reading a big file in a second process, so that one core reads and checks rows while the other writes them.

Rows come over a pipe, a batch at a time; the reader is at most one batch ahead. Where no second process can be had
the caller reads by itself.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field, fields
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.domain.register import RegisterRow
from casework.exchange.rowstream import Reading
from casework.exchange.sheeterrors import SheetError
from casework.exchange.sheets import open_workbook

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from datetime import date
    from multiprocessing.connection import Connection
    from pathlib import Path

    from casework.exchange.headers import Mapping
    from casework.exchange.rowstream import Read
    from casework.exchange.sheets import Cell

ASIDE_FROM_ROWS = 40_000
"""A smaller file is read sooner than a second process starts (about a second)."""

_values = attrgetter(*(one.name for one in fields(RegisterRow)))


@dataclass(slots=True)
class Batch:
    """Some rows of a sheet, as far as they were read: `line` is the last one, `skipped` what was passed over so far."""

    rows: list[RegisterRow] = field(default_factory=list)
    refused: dict[int, Phrase] = field(default_factory=dict)
    repeated: int = 0
    """Rows that say an earlier one again, word for word."""
    line: int = 0
    skipped: int = 0
    warnings: tuple[Phrase, ...] = ()
    """What the reading has to say so far."""
    cells: Sequence[tuple[int, Sequence[Cell]]] | bytes = ()

    def written(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """The lines of the batch with their cells as they were written."""
        # Of most batches nobody asks for them: they stay packed as they came.
        yield from pickle.loads(self.cells) if isinstance(self.cells, bytes) else self.cells


def here(reading: Reading, size: int) -> Generator[Batch, None, None]:
    """The batches of a sheet, read by this process."""
    stream = iter(reading)
    skipped = 0
    while read := list(islice(stream, size)):
        yield _batch(read, reading)
        reading.repeats.clear()
        skipped = reading.skipped
    if reading.skipped > skipped:
        yield _batch((), reading)


def _batch(read: Iterable[Read], reading: Reading) -> Batch:
    batch = Batch(line=reading.line, skipped=reading.skipped, warnings=reading.reader.warnings())
    cells = []
    for line, written, row in read:
        cells.append((line, written))
        if isinstance(row, Phrase):
            batch.refused[line] = row
        elif line in reading.repeats:
            batch.repeated += 1
        else:
            batch.rows.append(row)
    batch.cells = cells
    return batch


def aside(path: Path, mapping: Mapping, today: date, size: int) -> Generator[Batch, None, None] | None:
    """The batches of a sheet, read by a second process; None if there can be none. Close it to end it early.

    Raises:
        SheetError: while reading, as `Reading` does.
    """
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_read, args=(theirs, path, mapping, today, size), daemon=True)
    try:
        process.start()
        theirs.close()
        if ours.recv() != "ready":
            return None
    except (OSError, EOFError, RuntimeError):
        # No more processes allowed, or the program was started in a way that cannot be started again.
        ours.close()
        return None
    return _batches(process, ours, path)


def _batches(process: Any, ours: Connection, path: Path) -> Generator[Batch, None, None]:
    try:
        while True:
            try:
                said = ours.recv()
            except (EOFError, OSError):
                raise broken_off(path) from None
            if said is None:
                return
            if isinstance(said, Phrase):
                raise SheetError(said)
            rows, batch = said
            batch.rows = [RegisterRow(*values) for values in rows]
            yield batch
    finally:
        ours.close()
        process.terminate()
        process.join()


def broken_off(path: Path) -> SheetError:
    """What is said of a file whose reading ended before its end."""
    return SheetError(Phrase(N_("{file} could not be read to its end. Try again."), {"file": path.name}))


def _read(out: Connection, path: Path, mapping: Mapping, today: date, size: int) -> None:
    """The second process."""
    import gc
    import signal

    # It lives for one file, and nothing that it makes points to itself: the collector would look through every row.
    gc.disable()
    # Ctrl+C at the terminal goes to both; the first one decides what comes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with open_workbook(path) as workbook:
            out.send("ready")
            for batch in here(Reading(workbook, mapping, today), size):
                rows, batch.rows = [_values(row) for row in batch.rows], []
                batch.cells = pickle.dumps(batch.cells, protocol=pickle.HIGHEST_PROTOCOL)
                out.send((rows, batch))
        out.send(None)
    except SheetError as error:
        out.send(error.phrase)
    except BrokenPipeError:
        # Nobody wants the rest.
        return
