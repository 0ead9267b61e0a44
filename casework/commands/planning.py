"""The command that plans a day: which doors, in which order, at what hour, what is left out and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.commands.logging import entry
from casework.domain.text import plain
from casework.language import _, say

if TYPE_CHECKING:
    from datetime import date, datetime

    from casework.casebook.book import Casebook
    from casework.casebook.plan_views import DayPlan, LeftStop, PlanStop
    from casework.commands.root import Session

CHOICES = ("buildings", "campaign", "kinds", "doors", "hours", "company", "since", "until", "direction")
"""The options that say what is planned: without any, a plan that is kept is shown."""


@click.command("plan")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day; today if it is not given.")
@click.option(
    "--building", "buildings", multiple=True, help="A building by name or number; may be given several times."
)
@click.option("--campaign", help="Only the doors that this campaign still asks for.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(["visit", "check", "call_back", "promise", "followup"]),
              help="Only this kind of work; may be given several times.")  # fmt: skip
@click.option("--doors", type=int, help="So many doors at the most.")
@click.option("--hours", type=float, help="So many hours of work at the most, ways included.")
@click.option("--top-first", "direction", flag_value="top_first", help="Stairs from the top floor down.")
@click.option("--bottom-first", "direction", flag_value="bottom_first", help="Stairs from the bottom floor up.")
@click.option("--from", "since", type=click.DateTime(["%H:%M"]), help="Not before this time.")
@click.option("--until", type=click.DateTime(["%H:%M"]), help="Not after this time.")
@click.option("--together", "company", is_flag=True, help="Somebody goes along: doors that need two are walked.")
@click.option("--save", is_flag=True, help="Keep it as the plan of the day: the round shows it.")
@click.option("--clear", is_flag=True, help="Forget the plan that is kept for the day.")
@click.option("--out", type=click.Path(path_type=Path), help="Print it to this .xlsx or .txt file.")
@click.option("--width", type=click.Choice(["32", "A4"]), default="A4", show_default=True,
              help="The paper of a .txt file: 32 columns of a receipt, or a page.")  # fmt: skip
@click.option("--reveal", is_flag=True, help="Names in full in the file; it is recorded that they were.")
@click.option("--replace", is_flag=True, help="Write over a file that is there already.")
@click.pass_obj
def plan(
    session: Session, /, day: datetime | None, save: bool, clear: bool, out: Path | None, width: str, reveal: bool,
    replace: bool, **said: Any,
) -> None:  # fmt: skip
    """Plan the walk of a day, urgent first, then in stair order; or show the plan that is kept.

    What is left out is listed with the reason. Doors are chosen by --building, --campaign and --kind; how many by
    --doors or --hours.
    """
    from casework.casebook import plans

    with session.book() as book:
        on = day.date() if day else book.today()
        if clear:
            plans.clear(book, on)
        asked = {key: value for key, value in said.items() if key in CHOICES and not _unsaid(value)}
        made = None if asked or save else plans.of_day(book, on)
        if made is None:
            made = _made(book, on, asked, save)
        receipt = None
        if out is not None:
            from casework.exchange import plans as paper

            receipt = paper.write(book, made, out, width=width, reveal=reveal, replace=replace)
        lines = [*_lines(made), *([plain(say(receipt.summary))] if receipt is not None else [])]
    session.show({**_data(made), "file": str(out) if receipt is not None else None}, lines)


def _unsaid(value: object) -> bool:
    return value is None or value is False or value == ()


def _made(book: Casebook, day: date, asked: dict[str, Any], save: bool) -> DayPlan:
    from casework.casebook import plans
    from casework.casebook.plan_entries import PlanEntry, choice_of

    for key in ("since", "until"):
        if key in asked:
            asked[key] = asked[key].time()
    choice = choice_of(book, entry(PlanEntry, **asked))
    return plans.plan(book, choice, day) if save else plans.preview(book, choice, day)


def _data(made: DayPlan) -> dict[str, Any]:
    from casework.domain.planning import clock_text

    def clock(minute: int | None) -> str | None:
        return None if minute is None else clock_text(minute)

    def stop(one: PlanStop | LeftStop) -> dict[str, Any]:
        return {
            "household": one.stop.household_id,
            "place": one.stop.place_id,
            "address": f"{one.stop.building} {one.stop.short}".strip(),
            "what": list(dict.fromkeys(due.kind.value for due, _status in one.stop.dues)),
        }

    return {
        "day": made.day,
        "kept": made.made_at is not None,
        "made_at": made.made_at,
        "begins": clock(made.begins),
        "ends": clock(made.ends),
        "minutes": made.minutes,
        "direction": made.choice.direction.value,
        "walk": [
            {**stop(one), "at": clock(one.at), "booked": clock(one.booked), "late": one.late, "urgent": one.stop.urgent,
             "state": one.progress.value, "outcome": one.outcome.value if one.outcome else None, "new": one.fresh}
            for one in made.walk
        ],
        "left_out": [
            {**stop(one), "reason": one.reason.value, "said": say(one.words), "urgent": one.urgent} for one in made.left
        ],
    }  # fmt: skip


def _lines(made: DayPlan) -> list[str]:
    from casework.domain.planning import REASON_NAMES, clock_text
    from casework.exchange import plans as paper

    lines = [f"{made.day}  {paper.summary(made)}"]
    for number, one in enumerate(made.walk, 1):
        time = clock_text(one.at) if one.at is not None else "--:--"
        what = paper.work_of(one.stop, made.campaign if one.wanted and made.campaign else "")
        said = paper.remark_of(one)
        address = f"{one.stop.building} {one.stop.short}".strip()
        lines.append(f"{number:3}  {time}  {address}  {what}{f'  ({said})' if said else ''}")
    if made.left:
        lines.append(_("Left out: {n}", n=len(made.left)))
        lines += [f"  {_(REASON_NAMES[reason])}: {count}" for reason, count in made.reasons()]
        lines += [
            f"  {f'{one.stop.building} {one.stop.short}'.strip()}  {say(one.words)}"
            + (_("  URGENT") if one.urgent else "")
            for one in made.left
        ]
    return [plain(line) for line in lines]


COMMANDS = (plan,)
