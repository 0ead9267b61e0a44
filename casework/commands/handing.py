"""The command that hands cases off: the sheet for a department, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from casework.commands.followups import followup
from casework.commands.logging import ACTION
from casework.domain.text import plain
from casework.language import say

if TYPE_CHECKING:
    from casework.commands.root import Session


@followup.command("hand-off")
@click.argument("followup_ids", nargs=-1, required=True)
@click.option("--to", "out", required=True, type=click.Path(path_type=Path), help="The .docx (one) or .xlsx (several).")
@click.option("--override", default="", help="The reason for passing on personal details without recorded consent.")
@click.option("--replace", is_flag=True, help="Write over a file that is there already.")
@ACTION
@click.pass_obj
def followup_hand_off(
    session: Session, followup_ids: tuple[str, ...], out: Path, override: str, replace: bool, action: str | None
) -> None:
    """Make the sheet for the department that they are with: what it needs, and no more.

    Names and numbers are masked unless consent is recorded or --override says why; both are journalled.
    """
    from casework.exchange.handoff import write

    with session.book() as book:
        made = write(book, followup_ids, out, override=override, replace=replace, action=action)
    data = {
        "file": made.file,
        "department": made.department,
        "cases": [
            {"number": number, "fields": [key for key, value in sheet.values.items() if value],
             "in_full": list(sheet.shown), "masked": list(sheet.masked),
             "basis": {field: grounds.basis for field, grounds in basis.items()}}
            for number, sheet, basis in made.cases
        ],
    }  # fmt: skip
    lines = [say(made.receipt.summary), str(made.file)]
    lines += [f"{number}: {sheet.values['grounds']}" for number, sheet, _basis in made.cases if sheet.values["grounds"]]
    session.show(data, [plain(line) for line in lines])


COMMANDS: tuple[click.Command, ...] = ()
"""None of its own: it belongs to the group `followup`."""
