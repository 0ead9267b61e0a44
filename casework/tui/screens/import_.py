"""Import of a register: choose the file, see what each column is taken for, try it, bring it in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.tui import background, dialogs, importing
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList
from casework.tui.widgets.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.app import ComposeResult

    from casework.exchange.headers import Column as SheetColumn
    from casework.exchange.headers import Mapping
    from casework.exchange.roster import ImportReport, RosterPreview

TRIED_AT_ONCE = 4000
"""Rows up to which the counts of a trial are there without being asked for: about half a second of work."""

SAID_EVERY = 0.1
"""Seconds between two movements of the bar."""


class ImportScreen(BaseScreen):
    """From the file to the register. Dismissed with True when something was brought in.

    Reading, trying and importing run in a thread; the rest of the app can be used meanwhile.
    """

    SCOPES = ("import", "over")
    CSS_PATH = "import_.tcss"
    AUTO_FOCUS = "#columns"
    FILES = importing.RosterFiles()

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self.path = path
        self.preview: RosterPreview | None = None
        self.mapping: Mapping | None = None
        self.work: background.Work | None = None
        self.running = False
        self.done_rows = self.all_rows = 0
        self.brought_in = False
        self._began = 0.0

    # what is shown

    def body(self) -> ComposeResult:
        """File, columns, counts, bar."""
        yield Said(Phrase(N_("No file is chosen yet.")), id="import-head")
        yield Said("", id="import-wrong")
        columns: PageList[SheetColumn] = PageList(
            (
                Column(16, N_("Column")), Column(16, N_("Taken for")), Column(None, N_("First row")),
                Column(None, N_("Second row")),
            ),
            self._cells,
            id="columns",
        )  # fmt: skip
        yield columns
        yield Said("", id="import-counts")
        yield Progress(id="import-progress")

    def on_mount(self) -> None:
        """Ask for the file first, unless there is one."""
        if self.path is not None:
            self._look(self.path)
        else:
            self.call_after_refresh(self.action_import_file)

    def _cells(self, column: SheetColumn) -> Sequence[Cell]:
        rows = self.preview.rows if self.preview is not None else ()
        shown = [importing.example(column, row) for row in rows[:2]]
        said, tone = importing.taken_for(column, self.mapping, self.FILES) if self.mapping else ("", "muted")
        return (
            Cell(" ".join(column.header.split()) or Phrase(N_("(no name)"))),
            Cell(said, tone),
            *(Cell(text, "muted") for text in [*shown, "", ""][:2]),
        )

    def why_not(self, action_id: str) -> Phrase | None:
        """Nothing else goes on while rows come in; nothing can start before it makes a roster."""
        if action_id in ("import.file", "import.sheet", "import.try", "import.start"):
            if self.work is not None and self.work.alive:
                return Phrase(N_("Wait until this is done, or press esc to stop it."))
            if action_id != "import.file" and self.preview is None:
                return Phrase(N_("Choose a file first."))
            if action_id == "import.sheet" and self.preview is not None and len(self.preview.sheets) < 2:
                return Phrase(N_("The file has only this one sheet."))
        if action_id in ("import.try", "import.start") and self.mapping is not None:
            wrong = self.mapping.problems()
            if wrong:
                return wrong[0]
        return super().why_not(action_id)

    def copyable(self) -> str:
        """Nothing of the file goes to the clipboard."""
        return ""

    # the file

    def action_import_file(self) -> None:
        """Choose a file."""
        from casework.tui import picking

        picking.pick_file(self, self.FILES.question, self.FILES.endings, self._look)

    def action_import_sheet(self) -> None:
        """Choose another sheet of the file."""
        found, path = self.preview, self.path
        if found is None or path is None:
            return
        options = [(name, plain(name)) for name in found.sheets]

        def then(sheet: str | None) -> None:
            if sheet is not None:
                self._look(path, sheet)

        dialogs.choose(self, Phrase(N_("Which sheet?")), options, then, at=found.sheets.index(found.sheet))

    def _look(self, path: Path, sheet: str | None = None) -> None:
        self.path = path
        self.query_one("#import-head", Said).say(Phrase(N_("Reading {file}..."), {"file": plain(path.name)}))
        self.query_one("#import-counts", Said).say("")

        def work(_work: background.Work) -> RosterPreview:
            return self.FILES.preview(path, sheet)

        self.work = background.start(self.casework, work, self._looked, self._unreadable, name="preview")

    def _unreadable(self, phrase: Phrase, _error: Exception) -> None:
        self.preview = self.mapping = None
        self.query_one("#import-head", Said).say(plain(self.path.name) if self.path is not None else "")
        self.query_one("#columns", PageList).show(ListSource([]))
        self.tell(phrase, tone="error")

    def _looked(self, found: RosterPreview) -> None:
        self.preview, self.mapping = found, found.mapping
        self.work = None
        self.query_one("#import-head", Said).say(importing.head(found, self.path))
        self.tell(Phrase(N_("enter changes what a column is taken for.")))
        self._show_mapping(0)
        if found.total <= TRIED_AT_ONCE and not found.problems:
            self.action_import_try()

    def _show_mapping(self, at: int) -> None:
        mapping = self.mapping
        if mapping is None:
            return
        self.query_one("#import-wrong", Said).say(importing.noticed(mapping, self.FILES))
        columns = [column for column in mapping.columns if column.header or column.field]
        self.query_one("#columns", PageList).show(ListSource(columns), at=at)
        self.refresh_bindings()

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Enter on a column: ask what it is."""
        event.stop()
        if self.running:
            return
        column: SheetColumn = event.row
        options = self.FILES.fields()
        at = next((n for n, (key, _label) in enumerate(options) if key == (column.field or "")), 0)
        question = Phrase(N_("What is in the column {name}?"), {"name": plain(column.header)})

        def then(chosen: str | None) -> None:
            if chosen is not None and self.mapping is not None:
                self.mapping = self.mapping.choose(column.index, chosen or None)
                self._show_mapping(event.index)
                self.query_one("#import-counts", Said).say(Phrase(N_("Changed: try it to see what would come of it.")))

        dialogs.choose(self, question, options, then, at=at)

    # trying and importing

    def action_import_try(self) -> None:
        """Count what would become of the rows; nothing is kept."""
        self._run(dry=True)

    def action_import_start(self) -> None:
        """Bring the rows in."""
        self._run(dry=False)

    def _run(self, *, dry: bool, rejects_to: Path | None = None) -> None:
        path, mapping, app, book = self.path, self.mapping, self.casework, self.book
        if path is None or mapping is None:
            return
        last = [0.0]

        def progress(done: int, total: int) -> None:
            now = time.monotonic()
            if now - last[0] >= SAID_EVERY or done >= total:
                last[0] = now
                app.post_message(background.WorkDone(lambda: self._moved(done, total)))

        def work(this: background.Work) -> ImportReport:
            background.allow_processes()
            with background.yielding():
                return self.FILES.bring_in(
                    book, path, mapping, dry_run=dry, progress=progress, cancelled=this.stop.is_set,
                    rejects_to=rejects_to,
                )  # fmt: skip

        self.running = True
        self.done_rows, self._began = 0, time.monotonic()
        self.all_rows = self.preview.total if self.preview is not None else 0
        self.query_one("#import-progress").display = True
        self._moved(0, self.all_rows)
        self.tell("" if dry else Phrase(N_("Importing. You can go on working; esc stops it.")))
        self.work = background.start(
            app, work, self._ended, self._broke_off, book=book, name="import", keeps_open=not dry
        )
        self.refresh_bindings()

    def _moved(self, done: int, total: int) -> None:
        if not self.running or not self.is_attached:
            return
        self.done_rows, self.all_rows = done, total
        said = importing.progress(done, total, time.monotonic() - self._began)
        self.query_one("#import-progress", Progress).show(done / total if total else 0.0, said)

    def _stop_running(self) -> None:
        self.running = False
        self.work = None
        if self.is_attached:
            self.query_one("#import-progress").display = False
            self.refresh_bindings()

    def _ended(self, report: ImportReport) -> None:
        self._stop_running()
        if not report.dry_run:
            self.brought_in = self.brought_in or bool(report.added or report.updated)
            self.casework.grid_changed()
        if not self.is_attached:
            return
        self.query_one("#import-counts", Said).say(importing.counts(report))
        if report.dry_run:
            return
        if self.casework.screen is self:
            self.tell(*importing.outcome(report), tone="accent")
        else:
            self.casework.say_above(importing.counts(report))

    def _broke_off(self, phrase: Phrase, error: Exception) -> None:
        self._stop_running()
        if not self.is_attached:
            return
        offer = importing.offered_folder(error)
        if offer is not None:
            dialogs.confirm(self, phrase, lambda yes: self._run(dry=False, rejects_to=offer) if yes else None)
            return
        done = importing.brought_in(error, self.done_rows)
        self.tell(phrase, *([done] if done is not None else []), tone="error")

    def action_screen_back(self) -> None:
        """Back; while rows come in, ask whether to stop."""
        if not self.running or self.work is None:
            self.dismiss(self.brought_in)
            return
        work = self.work
        question = Phrase(
            N_("Stop the import? {done} of {total} rows are done; what is in stays in."),
            {"done": f"{self.done_rows:,}", "total": f"{self.all_rows:,}"},
        )

        def then(yes: bool) -> None:
            if yes:
                work.stop.set()

        if work.keeps_open:
            dialogs.confirm(self, question, then)
        else:
            work.stop.set()


class ImportCasesScreen(ImportScreen):
    """The same for cases of the hotline or of another system: they become follow-ups."""

    FILES = importing.CaseFiles()
