"""The plan of a day on paper: a spreadsheet, or plain text for a receipt printer or a page of A4.

Names are masked unless they are revealed, and of what is due stands there what kind of work it is and no more: a sheet
that is lost on the way must not tell who is old and alone, or who complained of whom.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.casebook import areas
from casework.casebook import plans as book_plans
from casework.casebook.errors import WrongUse
from casework.casebook.plan_views import Progress
from casework.domain import masking
from casework.domain.check import SubjectKind
from casework.domain.due import DueKind
from casework.domain.phrase import N_, Phrase
from casework.domain.planning import DIRECTION_NAMES, REASON_NAMES, Reason, clock_text
from casework.domain.text import plain
from casework.domain.workname import KIND_NAMES, due_name
from casework.exchange.releasing import Release
from casework.language import _, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from casework.casebook.book import Casebook
    from casework.casebook.plan_views import DayPlan, LeftStop, PlanStop
    from casework.casebook.views import RoundStop
    from casework.domain.receipt import Receipt
    from casework.exchange.paper import Paper

LONGEST_CELL = 32_767
"""Characters that one cell of an .xlsx file can hold."""

NOTE_ROWS = 12
"""Empty rows below the walk, for what is noted by hand."""

COUNTED = frozenset({Reason.OTHER_BUILDING, Reason.OTHER_CAMPAIGN, Reason.OTHER_WORK})
"""What was not chosen is counted by building on paper: the worker knows that she did not choose it."""


CAMPAIGN = Phrase(N_("campaign"))
"""What the campaign is called on paper: its name tells whom it is for."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A stop in words."""

    number: str
    time: str
    building: str
    door: str
    names: str
    work: str
    remark: str


def write(
    book: Casebook, plan: DayPlan, out: Path, *, width: str = "A4", reveal: bool = False, replace: bool = False,
    action: str | None = None,
) -> Receipt:  # fmt: skip
    """Write a plan to a .xlsx or a .txt file, for its owner alone; text is of a `width` of `exchange.paper.PAPERS`.

    That it left the laptop is journalled, and whether names stand in it in full.

    Raises:
        WrongUse: another ending or width, or the file is there already and not `replace`.
        NotSaved: the file or the journal could not be written; nothing of either is left.
    """
    from casework.exchange.paper import PAPERS

    ending = out.suffix.lower()
    if ending not in (".xlsx", ".txt"):
        raise WrongUse(Phrase(N_("A plan is printed to a .xlsx or a .txt file.")))
    paper = PAPERS.get(width)
    if paper is None:
        raise WrongUse(Phrase(N_("There is no paper {width}. There are: {names}"), {"width": width, "names": "32, A4"}))
    release = Release(out, replace=replace)
    grid = areas.get(book, plan.grid_id)
    head = _head(book, plan, grid.name if grid is not None else "")
    content = _spreadsheet(plan, head, reveal) if ending == ".xlsx" else text(plan, head, paper, reveal).encode()
    with release.prepared(content):
        return book_plans.printed(book, plan, out.name, reveal, release, action)


# --- in words --------------------------------------------------------------------------------------------


def _head(book: Casebook, plan: DayPlan, grid: str) -> tuple[str, str, str]:
    """What stands above: the day, whose walk it is, how long it takes."""
    whose = "  ".join(plain(one) for one in (grid, book.worker.name) if one)
    return _("Plan of {day}", day=plan.day.isoformat()), whose, summary(plan)


def summary(plan: DayPlan) -> str:
    """The plan in a line: how many stops, from when to when, how the stairs are walked."""
    if not plan.walk:
        return _("Nothing is planned.")
    hours = f"{clock_text(plan.begins)}-{clock_text(plan.ends)}" if plan.begins is not None and plan.ends else ""
    return _("{n} doors  {hours}  {direction}", n=len(plan.walk), hours=hours,
             direction=_(DIRECTION_NAMES[plan.choice.direction]))  # fmt: skip


def work_of(stop: RoundStop, campaign: object = "") -> str:
    """What is to be done at a stop, by kind: a check of the home by its list, of all else no more than what kind it is.
    `campaign` is the name of the one that asks for this stop.
    """
    said: dict[str, None] = {say(campaign): None} if campaign else {}
    for due, _status in stop.dues:
        said[_check_of_home(due.rule) if due.kind is DueKind.CHECK else _(due_name(due))] = None
    return _(", ").join(said)


def _check_of_home(name: str) -> str:
    from casework.catalog import checks

    if name in checks.names():
        found = checks.load(name)
        # The name of a list about a person tells what that person is.
        if found.subject is not SubjectKind.RESIDENT:
            return say(found.title)
    return _(KIND_NAMES[DueKind.CHECK])


def names_of(stop: RoundStop, reveal: bool = False) -> str:
    """Who lives there: masked unless revealed. A place has a name that is no secret."""
    if stop.household_id is None:
        return plain(stop.short)
    return " ".join(plain(name if reveal else masking.name(name)) for name in stop.names)


def remark_of(one: PlanStop) -> str:
    """What is said beside a stop: urgent, booked, late, done."""
    said = []
    if one.fresh:
        said.append(_("added later"))
    if one.stop.urgent:
        said.append(_("urgent"))
    if one.booked is not None:
        said.append(_("booked {hour}", hour=clock_text(one.booked)))
    if one.late:
        said.append(_("{n} minutes late", n=one.late))
    if one.progress is Progress.DONE:
        said.append(_("done"))
    elif one.progress is Progress.TRIED:
        said.append(_("tried"))
    return _(", ").join(said)


def _row(number: int, one: PlanStop, reveal: bool) -> _Row:
    stop = one.stop
    door = (stop.short or stop.address) if stop.household_id else stop.address
    return _Row(
        str(number), clock_text(one.at) if one.at is not None else "", plain(stop.building), plain(door),
        names_of(stop, reveal), work_of(stop, CAMPAIGN if one.wanted else ""), remark_of(one),
    )  # fmt: skip


def _group(one: PlanStop) -> str:
    if one.fresh:
        return _("Since the plan was made")
    if one.stop.urgent and one.booked is None:
        return _("Urgent, first")
    return _("Places outdoors") if one.stop.household_id is None else plain(one.stop.building)


# --- a spreadsheet ---------------------------------------------------------------------------------------


def _spreadsheet(plan: DayPlan, head: Sequence[str], reveal: bool) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    # In memory: its scratch files would hold people's data in a folder that all can read.
    workbook = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                             "strings_to_numbers": False})  # fmt: skip
    title = workbook.add_format({"bold": True, "font_size": 14})
    bold = workbook.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "top"})
    cell = workbook.add_format({"border": 1, "text_wrap": True, "valign": "top"})

    def sheet_of(
        name: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[str | int]], said: Sequence[str]
    ) -> None:
        sheet = workbook.add_worksheet(name[:31])
        for row, line in enumerate(said):
            sheet.write_string(row, 0, line, title if row == 0 else None)
        top = len(said)
        for at, (label, width) in enumerate(columns):
            sheet.set_column(at, at, width)
            sheet.write_string(top, at, label, bold)
        for row, texts in enumerate(rows, top + 1):
            for at in range(len(columns)):
                found = texts[at] if at < len(texts) else ""
                if isinstance(found, int):
                    sheet.write_number(row, at, found, cell)
                elif found:
                    sheet.write_string(row, at, found[:LONGEST_CELL], cell)
                else:
                    sheet.write_blank(row, at, None, cell)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")

    rows = [_row(n, one, reveal) for n, one in enumerate(plan.walk, 1)]
    walk: list[list[str | int]] = [[int(r.number), r.time, r.building, r.door, r.names, r.work, r.remark] for r in rows]
    sheet_of(
        _("Walk"),
        [(_("No."), 6), (_("Time"), 8), (_("Building"), 18), (_("Door"), 14), (_("Residents"), 16), (_("To do"), 26),
         (_("Remark"), 18), (_("Result"), 22), (_("Note"), 26)],
        [*walk, *[[] for _n in range(NOTE_ROWS)]],
        head,
    )  # fmt: skip
    left = [
        [plain(one.stop.building), plain(one.stop.short), work_of(one.stop), say(one.words), _("urgent") if one.urgent else ""]
        for one in plan.left
    ]  # fmt: skip
    sheet_of(
        _("Left out"),
        [(_("Building"), 18), (_("Door"), 14), (_("To do"), 26), (_("Why it is left out"), 40), (_("Urgent"), 10)],
        left,
        [_("Left out of the plan of {day}", day=plan.day.isoformat())],
    )
    workbook.close()
    return content.getvalue()


# --- plain text ------------------------------------------------------------------------------------------


def text(plan: DayPlan, head: Sequence[str], paper: Paper, reveal: bool = False) -> str:
    """The plan as text; pages are parted by form feeds and numbered."""
    from casework.exchange.paper import FORM_FEED, fold, pages, two_ends

    columns = paper.columns
    wide = bool(paper.lines)
    blocks: list[list[str]] = []
    heading = ""
    for number, one in enumerate(plan.walk, 1):
        row = _row(number, one, reveal)
        block = list(_wide(row, columns) if wide else _narrow(row, columns))
        if heading != (heading := _group(one)):
            block[:0] = ["", f"[{heading}]"] if blocks else [f"[{heading}]"]
        blocks.append(block)
    blocks += [["", *left] if n == 0 else left for n, left in enumerate(_left(plan, columns))]
    rule = "-" * columns
    title, whose, said = head
    lines = [two_ends(title, whose, columns)] if wide else [*fold(title, columns), *fold(whose, columns)]
    top = [*lines, *fold(said, columns), *([_columns(columns)] if wide else []), rule]
    if not wide:
        return "\n".join([*next(pages(top, blocks, paper)), ""])
    # The number of the page stands in its last line.
    made = list(pages(top, blocks, type(paper)(columns, paper.lines - 1)))
    out = []
    for number, page in enumerate(made, 1):
        page += [""] * (paper.lines - 1 - len(page))
        out.append("\n".join([*page, two_ends("", _("Page {n} of {of}", n=number, of=len(made)), columns)]))
    return f"\n{FORM_FEED}".join(out) + "\n"


def _narrow(row: _Row, columns: int) -> Iterator[str]:
    """A stop on a receipt: where and when, what, a line for the result."""
    from casework.exchange.paper import fold, right

    lead = f"{right(row.number, 2)} {row.time or '--:--'} "
    for n, line in enumerate(fold(f"{row.door} {row.names}", columns - len(lead)) or [""]):
        yield f"{lead if n == 0 else ' ' * len(lead)}{line}"
    for line in fold(_said(row), columns - 3):
        yield f"   {line}"
    yield "   " + _("Result:") + "_" * 16


def _said(row: _Row) -> str:
    return f"{row.work} ({row.remark})" if row.work and row.remark else row.work or row.remark


_DOOR, _NAMES, _RESULT = 14, 16, 16
"""Columns of a page that are as wide on each; what is to be done has the rest."""


def _wide(row: _Row, columns: int) -> Iterator[str]:
    """A stop on a page: a line of columns with room for the result, what does not fit below it, an empty line."""
    from casework.exchange.paper import fit, fold, right

    sizes = (_DOOR, _NAMES, columns - 13 - _DOOR - _NAMES - _RESULT)
    parts = [fold(part, size) for part, size in zip((row.door, row.names, _said(row)), sizes, strict=True)]
    for n in range(max(1, *(len(part) for part in parts))):
        lead = f"{right(row.number, 3)} {fit(row.time, 5)}" if n == 0 else " " * 9
        cells = " ".join(fit(part[n] if n < len(part) else "", size) for part, size in zip(parts, sizes, strict=True))
        yield f"{lead} {cells} {'_' * _RESULT if n == 0 else ''}".rstrip()
    yield ""


def _columns(columns: int) -> str:
    """What the columns of a page are called."""
    from casework.exchange.paper import fit, right

    sizes = (_DOOR, _NAMES, columns - 13 - _DOOR - _NAMES - _RESULT)
    names = " ".join(fit(name, size) for name, size in zip((_("Door"), _("Residents"), _("To do")), sizes, strict=True))
    return f"{right(_('No.'), 3)} {fit(_('Time'), 5)} {names} {_('Result')}"


def _left(plan: DayPlan, columns: int) -> Iterator[list[str]]:
    """What is left out, by reason: doors by address, those that were not chosen counted by building."""
    from casework.exchange.paper import fold

    if not plan.left:
        return
    yield ["-" * columns, *fold(_("Left out: {n}", n=len(plan.left)), columns)]
    urgent = [one for one in plan.left if one.urgent]
    if urgent:
        yield fold(_("Urgent and not in the walk: {doors}", doors=_doors(urgent)), columns, "  ")
    for reason, count in plan.reasons():
        these = [one for one in plan.left if one.reason is reason]
        said = _by_building(these) if reason in COUNTED else _doors(these)
        yield fold(f"{_(REASON_NAMES[reason])} {count}: {said}", columns, "  ")


def _doors(left: Sequence[LeftStop]) -> str:
    return _(", ").join(plain(one.stop.short or one.stop.address) for one in left)


def _by_building(left: Sequence[LeftStop]) -> str:
    counted: dict[str, int] = {}
    for one in left:
        name = plain(one.stop.building) if one.stop.household_id else _("Places outdoors")
        counted[name] = counted.get(name, 0) + 1
    return _(", ").join(f"{name} {count}" for name, count in counted.items())
