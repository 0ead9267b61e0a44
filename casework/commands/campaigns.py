"""Commands about campaigns. CAMPAIGN is an id or the key of one that runs; UNIT the id of a household, person or place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.casebook import campaigns as all_campaigns
from casework.casebook.errors import WrongUse
from casework.commands.forecasting import campaign_forecast
from casework.commands.logging import ACTION, entry
from casework.domain.campaign import BUCKET_NAMES, OPEN, Bucket, CampaignSubject
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.language import _, say

if TYPE_CHECKING:
    from datetime import date, datetime

    from casework.casebook.book import Casebook
    from casework.casebook.campaign_views import CampaignDay, CampaignRow, UnitRow
    from casework.commands.root import Session

DAY = click.DateTime(["%Y-%m-%d"])
BUCKET = click.Choice([bucket.value for bucket in Bucket])


@click.group()
def campaign() -> None:
    """Campaigns: how far each is, who is left, and what was decided about a door."""


def _on(at: datetime | None) -> date | None:
    return at.date() if at else None


def campaign_data(row: CampaignRow, found: dict[Bucket, int]) -> dict[str, Any]:
    """A campaign as JSON, with its buckets."""
    return {
        "id": row.id, "key": row.key, "version": row.version, "name": say(row.label), "text": say(row.text),
        "subject": row.subject.value, "state": row.state.value, "starts_on": row.starts_on, "deadline": row.deadline,
        "goal": row.goal, "lead": row.lead, "sponsor": row.sponsor, "funder": row.funder,
        "budget_per_door": row.budget_per_door, "unit": row.unit, "rule": say(row.rule), "closed_at": row.closed_at,
        "signed_by": row.signed_by, "result": row.result, "buckets": {bucket.value: n for bucket, n in found.items()},
    }  # fmt: skip


def _figures(row: CampaignRow, found: dict[Bucket, int]) -> str:
    done = found.get(Bucket.DONE, 0) + found.get(Bucket.TO_RECHECK, 0)
    eligible = sum(n for bucket, n in found.items() if bucket is not Bucket.NOT_ELIGIBLE)
    return f"{done}/{row.goal or eligible}"


def _line(row: CampaignRow, found: dict[Bucket, int]) -> str:
    return plain(
        f"{row.id}  {row.key}  {say(row.label)}  {_figures(row, found)}  {row.starts_on} - {row.deadline or ''}  "
        f"{row.lead}"
    )


def unit_data(unit: UnitRow) -> dict[str, Any]:
    """A unit of a campaign as JSON."""
    return {
        "id": unit.id, "household": unit.household_id, "place": unit.place_id, "building": unit.building,
        "address": unit.address, "names": list(unit.names), "bucket": unit.bucket.value, "why": say(unit.why),
        "tries": unit.tries, "done_on": unit.done_on,
    }  # fmt: skip


def _unit_line(unit: UnitRow) -> str:
    names = " ".join(unit.names)
    bucket = say(Phrase(BUCKET_NAMES[unit.bucket]))
    return plain(f"{unit.id}  {unit.building}  {unit.address}  {names}  {bucket}  {say(unit.why)}")


def day_data(day: CampaignDay) -> dict[str, Any]:
    """A day of a campaign's record as JSON."""
    return {"day": day.day, "tried": list(day.tried), "met": list(day.met), "done": day.done}


@campaign.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that are signed off too.")
@click.option("--catalog", is_flag=True, help="Those that can be started, instead.")
@click.pass_obj
def campaign_list(session: Session, everything: bool, catalog: bool) -> None:
    """The campaigns that run, each with its figures; or those of the catalog."""
    if catalog:
        from casework.catalog import campaigns as shelf

        files = [shelf.load(name) for name in shelf.names()]
        session.show(
            [{"key": one.key, "version": one.version, "name": say(one.label), "text": say(one.text)} for one in files],
            [plain(f"{one.key}  {one.version}  {say(one.label)}: {say(one.text)}") for one in files],
        )
        return
    with session.book() as book:
        rows = all_campaigns.all_(book) if everything else all_campaigns.running(book)
        found = [(row, all_campaigns.buckets(book, row.id)) for row in rows]
    session.show([campaign_data(*one) for one in found], [_line(*one) for one in found])


@campaign.command("show")
@click.argument("said", metavar="CAMPAIGN")
@click.option("--bucket", type=BUCKET, help="List the doors of this bucket, in walking order.")
@click.option("--open", "still", is_flag=True, help="List the doors where something is still to be done.")
@click.option("--grid", help="Of one grid: its id.")
@click.option("--limit", default=200, show_default=True, help="How many doors at the most.")
@click.option("--days", "record", is_flag=True, help="The record day by day.")
@click.pass_obj
def campaign_show(
    session: Session, said: str, bucket: str | None, still: bool, grid: str | None, limit: int, record: bool
) -> None:
    """How many stand in each bucket; and on demand who they are, and what was done day by day."""
    with session.book() as book:
        eid = all_campaigns.find_id(book, said)
        row, found = all_campaigns.get(book, eid), all_campaigns.buckets(book, eid, grid)
        units = _units(book, eid, bucket, still, grid, limit)
        days = all_campaigns.days(book, eid) if record else []
        steps = all_campaigns.steps(book, eid) if row.subject is CampaignSubject.COUNTER else []
        built = all_campaigns.is_built(book, eid)
    data = campaign_data(row, found) | {"complete": built}
    if bucket or still:
        data["units"] = [unit_data(one) for one in units]
    if record:
        data["days"] = [day_data(one) for one in days]
    if row.subject is CampaignSubject.COUNTER:
        data["steps"] = [{"n": one.n, "day": one.day, "words": one.words, "worker": one.worker} for one in steps]
    lines = [_line(row, found), plain(f"  {say(row.text)}"), plain(f"  {_('For')}: {say(row.rule)}")]
    lines += [f"  {say(Phrase(BUCKET_NAMES[one]))}: {n}" for one, n in found.items()]
    if row.result:
        lines.append(plain(f"  {row.closed_at:%Y-%m-%d}  {row.signed_by}: {row.result}"))
    lines += [_unit_line(one) for one in units]
    lines += [f"{one.day}  {' + '.join(map(str, one.tried)) or '-'}  {_('done')}: {one.done}" for one in days]
    lines += [plain(f"{one.day}  {one.n:+d}  {one.words}  {one.worker}") for one in steps]
    session.show(data, lines)


def _units(book: Casebook, eid: str, bucket: str | None, still: bool, grid: str | None, limit: int) -> list[UnitRow]:
    wanted = [Bucket(bucket)] if bucket else [one for one in Bucket if still and one in OPEN]
    found: list[UnitRow] = []
    for one in wanted:
        found += all_campaigns.page(book, eid, one, grid, limit=limit)
    return sorted(found, key=all_campaigns.position)[:limit]


@campaign.command("why")
@click.argument("said", metavar="CAMPAIGN")
@click.argument("unit")
@click.option("--day", "on", type=DAY, help="On another day than today.")
@click.pass_obj
def campaign_why(session: Session, said: str, unit: str, on: datetime | None) -> None:
    """Where one door, person or place stands, and why."""
    with session.book() as book:
        standing = all_campaigns.why(book, all_campaigns.find_id(book, said), unit, _on(on))
    data = {
        "bucket": standing.bucket.value, "why": say(standing.why), "tries": standing.tries,
        "done_on": standing.done_on, "turns_on": standing.turns_on,
    }  # fmt: skip
    session.show(data, [plain(f"{say(Phrase(BUCKET_NAMES[standing.bucket]))}: {say(standing.why)}")])


@campaign.command("start")
@click.argument("key")
@click.option("--goal", type=click.IntRange(min=1), help="How many; all who are eligible if not given.")
@click.option("--from", "starts_on", type=DAY, help="From which day on counts.")
@click.option("--deadline", type=DAY, help="By when it is to be done.")
@click.option("--lead", default="", help="Who answers for it.")
@click.option("--sponsor", default="", help="The department that wants it: its key.")
@click.option("--funder", default="", help="The department that pays: its key.")
@click.option("--budget", "budget_per_door", type=click.FloatRange(min=0), help="Yuan for each door.")
@ACTION
@click.pass_obj
def campaign_start(
    session: Session, /, key: str, goal: int | None, starts_on: datetime | None, deadline: datetime | None,
    action: str | None, **more: Any,
) -> None:  # fmt: skip
    """Start a campaign of the catalog; what is not given is as its file says."""
    from casework.casebook.campaign_entries import StartEntry

    with session.book() as book:
        made = entry(StartEntry, key=key, goal=goal, starts_on=_on(starts_on), deadline=_on(deadline), **more)
        receipt = all_campaigns.start(book, made, action)
        # At once, so that a script that asks next is told the truth.
        all_campaigns.keep_up(book)
    session.receipt(receipt)


@campaign.command("change")
@click.argument("said", metavar="CAMPAIGN")
@click.argument("words")
@click.option("--goal", type=click.IntRange(min=1))
@click.option("--from", "starts_on", type=DAY, help="From which day on counts.")
@click.option("--deadline", type=DAY)
@click.option("--lead")
@click.option("--sponsor", help="A department's key.")
@click.option("--funder", help="A department's key.")
@click.option("--budget", "budget_per_door", type=click.FloatRange(min=0), help="Yuan for each door.")
@click.option("--newest-rule", is_flag=True, help="By the rule that the catalog has now.")
@ACTION
@click.pass_obj
def campaign_change(session: Session, /, said: str, words: str, action: str | None, **more: Any) -> None:
    """Change what was set for a campaign, and say why."""
    from casework.casebook.campaign_entries import CampaignChange

    fields = {key: value for key, value in more.items() if value is not None and value is not False}
    fields |= {key: fields[key].date() for key in ("starts_on", "deadline") if key in fields}
    with session.book() as book:
        made = entry(CampaignChange, campaign_id=all_campaigns.find_id(book, said), words=words, **fields)
        receipt = all_campaigns.change(book, made, action)
        all_campaigns.keep_up(book)
    session.receipt(receipt)


def _mark(name: str, verb: Any, text: str) -> None:
    """A command that decides about one unit, in words."""

    @click.argument("said", metavar="CAMPAIGN")
    @click.argument("unit")
    @click.argument("words")
    @click.option("--day", "on", type=DAY, help="For another day than today.")
    @ACTION
    @click.pass_obj
    def run(session: Session, said: str, unit: str, words: str, on: datetime | None, action: str | None) -> None:
        from casework.casebook.campaign_entries import UnitMark

        with session.book() as book:
            eid = all_campaigns.find_id(book, said)
            session.receipt(
                verb(book, entry(UnitMark, campaign_id=eid, unit_id=unit, words=words, day=_on(on)), action)
            )

    run.__doc__ = text
    campaign.command(name)(run)


_mark("exempt", all_campaigns.exempt, "Leave a door out, in words.")
_mark("admit", all_campaigns.admit, "Take a door in again that was exempt or refused, or one that the rule leaves out.")
_mark("refuse", all_campaigns.refuse, "Note that a door refuses, in words.")


@campaign.command("recheck")
@click.argument("said", metavar="CAMPAIGN")
@click.argument("unit")
@click.argument("result", type=click.Choice(["in_order", "not_in_order"]))
@click.option("--words", default="", help="What is not in order.")
@click.option("--day", "on", type=DAY, help="For another day than today.")
@ACTION
@click.pass_obj
def campaign_recheck(
    session: Session, said: str, unit: str, result: str, words: str, on: datetime | None, action: str | None
) -> None:
    """Note what a second look showed."""
    from casework.casebook.campaign_entries import RecheckEntry

    with session.book() as book:
        made = entry(
            RecheckEntry, campaign_id=all_campaigns.find_id(book, said), unit_id=unit, in_order=result == "in_order",
            words=words, day=_on(on),
        )  # fmt: skip
        session.receipt(all_campaigns.recheck(book, made, action))


@campaign.command("count", context_settings={"ignore_unknown_options": True})
@click.argument("said", metavar="CAMPAIGN")
@click.argument("n", type=int)
@click.argument("words")
@click.option("--day", "on", type=DAY, help="For another day than today.")
@ACTION
@click.pass_obj
def campaign_count(session: Session, said: str, n: int, words: str, on: datetime | None, action: str | None) -> None:
    """A step of a counter: so many more, or fewer (-3), in words."""
    from casework.casebook.campaign_entries import CountEntry

    with session.book() as book:
        eid = all_campaigns.find_id(book, said)
        made = entry(CountEntry, campaign_id=eid, n=n, words=words, day=_on(on))
        session.receipt(all_campaigns.count(book, made, action))


@campaign.command("close")
@click.argument("said", metavar="CAMPAIGN")
@click.argument("words")
@click.option("--signed-by", required=True, help="Who signs it off.")
@click.option("--even-open", is_flag=True, help="Although something is still open.")
@ACTION
@click.pass_obj
def campaign_close(
    session: Session, said: str, words: str, signed_by: str, even_open: bool, action: str | None
) -> None:
    """Sign a campaign off. What is open is listed, and it is signed off only with --even-open then."""
    from casework.casebook.campaign_entries import CloseCampaign

    with session.book() as book:
        eid = all_campaigns.find_id(book, said)
        left = all_campaigns.open_at_close(book, eid)
        if left and not even_open:
            for unit in left:
                click.echo(_unit_line(unit), err=True)
            raise WrongUse(
                Phrase(N_("{n} are still open. Sign it off with --even-open, or finish them."), {"n": len(left)})
            )
        made = entry(CloseCampaign, campaign_id=eid, signed_by=signed_by, words=words)
        receipt = all_campaigns.close(book, made, action)
    session.receipt(receipt, {"open": [unit_data(one) for one in left]})


@campaign.command("export")
@click.argument("said", metavar="CAMPAIGN")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--bucket", "wanted", type=BUCKET, multiple=True, help="Only this bucket; may be given several times.")
@click.option("--grid", help="Of one grid: its id.")
@click.option("--reveal", is_flag=True, help="Names and words in full; that they were exported is journalled.")
@click.option("--replace", is_flag=True, help="Write over a file that is there already.")
@click.pass_obj
def campaign_export(
    session: Session, said: str, out: Path, wanted: tuple[str, ...], grid: str | None, reveal: bool, replace: bool
) -> None:
    """Write the list as a spreadsheet, in walking order with bucket and why; names are masked unless revealed."""
    from casework.exchange.campaignfiles import write

    with session.book() as book:
        eid = all_campaigns.find_id(book, said)
        receipt = write(
            book, eid, out, buckets=[Bucket(one) for one in wanted], grid_id=grid, reveal=reveal, replace=replace
        )
    session.receipt(receipt, {"file": out, "rows": receipt.summary.values["n"]})


campaign.add_command(campaign_forecast)
COMMANDS = (campaign,)
