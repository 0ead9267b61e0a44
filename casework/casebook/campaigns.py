"""Campaigns: starting and changing one, deciding about a unit, counting, looking again, signing off.

A campaign keeps the rule with which it was started. Once it is signed off it can only be read: every verb refuses.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import campaign_units, campaign_upkeep
from casework.casebook.campaign_board import (
    all_,
    buckets,
    by_building,
    days,
    find_id,
    get,
    is_built,
    labelled,
    running,
    steps,
)
from casework.casebook.campaign_doors import of_household, stair, why
from casework.casebook.campaign_lists import count_of, facts_of, open_at_close, page, position, position_at
from casework.casebook.campaign_upkeep import keep_up
from casework.casebook.errors import AlreadyThere, NotFound, Refused, WrongUse
from casework.casebook.transaction import no_such_record
from casework.domain.campaign import BUCKET_NAMES, OPEN, Bucket, CampaignState, CampaignSubject, MarkKind
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.campaign_entries import (
        CampaignChange,
        CloseCampaign,
        CountEntry,
        RecheckEntry,
        StartEntry,
        UnitMark,
    )
    from casework.casebook.transaction import Transaction
    from casework.domain.campaign import Campaign, Definition, Standing

__all__ = [
    "admit", "all_", "buckets", "by_building", "change", "close", "count", "count_of", "days", "exempt", "find_id",
    "get", "is_built", "keep_up", "of_household", "open_at_close", "page", "position", "position_at", "recheck",
    "refuse", "running", "stair", "start", "steps", "usual_days", "why",
]  # fmt: skip


# --- the campaign ----------------------------------------------------------------------------------------


def start(book: Casebook, entry: StartEntry, action: str | None = None) -> Receipt:
    """Start a campaign of the catalog. In a large register `keep_up` builds its lists afterwards, in parts.

    Raises:
        WrongUse: the catalog has no such campaign.
        CatalogError: its file has a mistake.
        AlreadyThere: one of that kind runs already.
        Refused: the deadline lies before the start, or there is no such department.
    """
    from casework.catalog import campaigns as shelf

    def work(tx: Transaction) -> Receipt:
        try:
            body = shelf.body(entry.key)
        except KeyError:
            raise WrongUse(Phrase(N_("The catalog has no campaign of that name."))) from None
        definition = shelf.definition(body)
        standing = tx.one("SELECT id FROM campaign WHERE key = ? AND state = 'running'", (entry.key,))
        if standing is not None:
            said = Phrase(N_("{campaign} runs already. Nothing was saved."), {"campaign": definition.label})
            raise AlreadyThere(said, "campaign", standing[0])
        starts_on = entry.starts_on or _year_day(definition.starts, tx.today, after=False) or tx.today
        deadline = entry.deadline or _year_day(definition.deadline, max(starts_on, tx.today), after=True)
        _refuse_days(starts_on, deadline)
        sponsor, funder = entry.sponsor or definition.sponsor, entry.funder or definition.funder
        _refuse_departments(sponsor, funder)
        budget = definition.budget_per_door if entry.budget_per_door is None else entry.budget_per_door
        campaign = tx.add(
            "campaign",
            {
                "key": entry.key, "version": definition.version, "body": body, "subject": definition.subject.value,
                "goal": entry.goal or definition.goal, "starts_on": starts_on.isoformat(),
                "deadline": deadline.isoformat() if deadline else None, "lead": entry.lead or definition.lead,
                "sponsor": sponsor, "funder": funder, "budget_per_door": budget,
                "state": CampaignState.RUNNING.value, "started_at": tx.now.isoformat(timespec="minutes"),
                "worker_id": tx.book.worker.id,
            },
        )  # fmt: skip
        follows = [Phrase(N_("Counts from {day} on."), {"day": starts_on})]
        if deadline is not None:
            follows.append(Phrase(N_("To be done by {day}."), {"day": deadline}))
        summary = Phrase(N_("Started: {campaign}"), {"campaign": definition.label})
        return Receipt("", "campaign.start", "campaign", campaign, summary, tuple(follows))

    return book.save("campaign.start", action, work)


def change(book: Casebook, entry: CampaignChange, action: str | None = None) -> Receipt:
    """Change what the community set for a campaign, or take the catalog's newest rule for it; always in words.

    Raises:
        NotFound: there is no such campaign.
        Refused: it is closed, nothing would change, or the days or departments cannot be.
    """
    from casework.catalog import campaigns as shelf

    def work(tx: Transaction) -> Receipt:
        before = _open(tx, entry.campaign_id)
        said = entry.model_dump(mode="json", exclude_unset=True, exclude={"campaign_id", "words", "newest_rule"})
        said = {name: None if value == "" else value for name, value in said.items()}
        if entry.newest_rule:
            try:
                body = shelf.body(before["key"])
            except KeyError:
                raise WrongUse(Phrase(N_("The catalog has no campaign of that name."))) from None
            if body["subject"] != before["subject"]:
                raise Refused(Phrase(N_("The newest rule counts something else: start a campaign of its own.")))
            said |= {"body": body, "version": body["version"]}
        after = {**before, **said}
        deadline = date.fromisoformat(after["deadline"]) if after["deadline"] else None
        _refuse_days(date.fromisoformat(after["starts_on"]), deadline)
        _refuse_departments(after["sponsor"], after["funder"])
        if not tx.set("campaign", entry.campaign_id, said, before):
            raise Refused(Phrase(N_("Nothing would change. Nothing was saved.")))
        summary = Phrase(
            N_("Changed: {campaign}: {words}"), {"campaign": labelled(after["body"]), "words": entry.words}
        )
        return Receipt("", "campaign.change", "campaign", entry.campaign_id, summary)

    return book.save("campaign.change", action, work)


def close(book: Casebook, entry: CloseCampaign, action: str | None = None) -> Receipt:
    """Sign a campaign off (销号). What is still open is listed in the receipt and kept with it; from then on it can only
    be read.

    Raises:
        NotFound: there is no such campaign.
        Refused: it is closed already, or its lists are not built yet.
    """

    def work(tx: Transaction) -> Receipt:
        before = _open(tx, entry.campaign_id)
        campaign = campaign_units.made(*_row(tx, entry.campaign_id))
        counted = campaign.definition.subject is not CampaignSubject.COUNTER
        if counted and not campaign_upkeep.is_built(tx.execute, campaign):
            raise Refused(Phrase(N_("The lists of this campaign are still being made. Try again in a moment.")))
        left = buckets(book, entry.campaign_id)
        closing = {bucket.value: n for bucket, n in left.items()}
        values = {
            "state": CampaignState.CLOSED.value, "closed_at": tx.now.isoformat(timespec="minutes"),
            "signed_by": entry.signed_by, "result": entry.words, "body": {**before["body"], "closing": closing},
        }  # fmt: skip
        tx.set("campaign", entry.campaign_id, values, before)
        still = tuple(
            Phrase(N_("Still open: {n} {bucket}."), {"n": left[bucket], "bucket": Phrase(BUCKET_NAMES[bucket])})
            for bucket in Bucket
            if bucket in OPEN and left.get(bucket)
        )
        summary = Phrase(
            N_("Signed off by {who}: {campaign}"), {"who": entry.signed_by, "campaign": labelled(before["body"])}
        )
        return Receipt("", "campaign.close", "campaign", entry.campaign_id, summary, still)

    return book.save("campaign.close", action, work)


# --- one unit --------------------------------------------------------------------------------------------


def exempt(book: Casebook, entry: UnitMark, action: str | None = None) -> Receipt:
    """Leave a unit out of a campaign, in words.

    Raises:
        NotFound: there is no such campaign or unit.
        Refused: the campaign is closed, or the unit is not eligible, done, or exempt already.
    """

    def may(standing: Standing) -> None:
        if standing.bucket in (Bucket.DONE, Bucket.TO_RECHECK):
            raise Refused(Phrase(N_("It is done already. Nothing was saved.")))
        if standing.bucket is Bucket.NOT_ELIGIBLE:
            raise Refused(Phrase(N_("It is not eligible as it is: {why}. Nothing was saved."), {"why": standing.why}))
        if standing.bucket is Bucket.EXEMPT:
            raise Refused(Phrase(N_("It is exempt already. Nothing was saved.")))

    return _mark(book, "campaign.exempt", entry, MarkKind.EXEMPT, N_("{unit}: exempt, {words}"), may, action)


def admit(book: Casebook, entry: UnitMark, action: str | None = None) -> Receipt:
    """Take a unit in again that was exempt or has refused; or by hand one that the rule leaves out. In words.

    Raises:
        NotFound: there is no such campaign or unit.
        Refused: the campaign is closed, or the unit is in it as it is.
    """

    def may(standing: Standing) -> None:
        if standing.bucket not in (Bucket.EXEMPT, Bucket.REFUSED, Bucket.NOT_ELIGIBLE):
            raise Refused(Phrase(N_("It is in the campaign as it is. Nothing was saved.")))

    return _mark(book, "campaign.admit", entry, MarkKind.ADMIT, N_("{unit}: admitted, {words}"), may, action)


def refuse(book: Casebook, entry: UnitMark, action: str | None = None) -> Receipt:
    """Note that a unit refuses the campaign's work, in words; a refused visit notes the same by itself.

    Raises:
        NotFound: there is no such campaign or unit.
        Refused: the campaign is closed, or there is nothing to refuse.
    """

    def may(standing: Standing) -> None:
        if standing.bucket not in (Bucket.TO_VISIT, Bucket.CALL_BACK, Bucket.BOOKED):
            raise Refused(Phrase(N_("There is nothing left to refuse here: {why}."), {"why": standing.why}))

    return _mark(book, "campaign.refuse", entry, MarkKind.REFUSE, N_("{unit}: refused, {words}"), may, action)


def recheck(book: Casebook, entry: RecheckEntry, action: str | None = None) -> Receipt:
    """Note what a second look showed (回头看): still in order, or not, which opens the unit again.

    Raises:
        NotFound: there is no such campaign or unit.
        Refused: the campaign is closed, or the unit is not done.
    """

    def may(standing: Standing) -> None:
        if standing.bucket not in (Bucket.DONE, Bucket.TO_RECHECK):
            raise Refused(Phrase(N_("Only what is done is looked at again. Nothing was saved.")))

    if entry.in_order:
        kind, said = MarkKind.RECHECK_OK, N_("{unit}: looked at again, still in order")
    else:
        kind, said = MarkKind.RECHECK_FAILED, N_("{unit}: looked at again, not in order: {words}")
    return _mark(book, "campaign.recheck", entry, kind, said, may, action)


def _mark(
    book: Casebook, verb: str, entry: UnitMark | RecheckEntry, kind: MarkKind, said: str, may: Any,
    action: str | None,
) -> Receipt:  # fmt: skip
    def work(tx: Transaction) -> Receipt:
        before = _open(tx, entry.campaign_id)
        day = _day(entry.day, before, tx)
        campaign = campaign_units.made(*_row(tx, entry.campaign_id))
        may(_standing(tx, campaign, entry.unit_id))
        tx.add(
            "campaign_mark",
            {
                "campaign_id": entry.campaign_id, "unit_id": entry.unit_id, "kind": kind.value, "words": entry.words,
                "day": day.isoformat(), "made_at": tx.now.isoformat(timespec="seconds"),
                "worker_id": tx.book.worker.id,
            },
        )  # fmt: skip
        values = {"unit": _called(tx, campaign, entry.unit_id), "words": entry.words}
        follows = (Phrase(N_("In: {campaign}"), {"campaign": labelled(before["body"])}),)
        return Receipt("", verb, "campaign", entry.campaign_id, Phrase(said, values), follows)

    return book.save(verb, action, work)


# --- a counter -------------------------------------------------------------------------------------------


def count(book: Casebook, entry: CountEntry, action: str | None = None) -> Receipt:
    """A step of a counter, in words; fewer where an earlier step was wrong.

    Raises:
        NotFound: there is no such campaign.
        Refused: it is closed, counts units, or would fall below zero.
    """

    def work(tx: Transaction) -> Receipt:
        before = _open(tx, entry.campaign_id)
        if before["subject"] != CampaignSubject.COUNTER.value:
            raise Refused(Phrase(N_("This campaign counts by itself. Nothing was saved.")))
        day = _day(entry.day, before, tx)
        standing = tx.one("SELECT ifnull(sum(n), 0) FROM campaign_mark WHERE campaign_id = ?", (entry.campaign_id,))
        total = int(standing[0] if standing else 0) + entry.n
        if total < 0:
            raise Refused(Phrase(N_("There would be fewer than none. Nothing was saved.")))
        tx.add(
            "campaign_mark",
            {
                "campaign_id": entry.campaign_id, "kind": MarkKind.COUNT.value, "words": entry.words, "n": entry.n,
                "day": day.isoformat(), "made_at": tx.now.isoformat(timespec="seconds"),
                "worker_id": tx.book.worker.id,
            },
        )  # fmt: skip
        values = {"campaign": labelled(before["body"]), "n": f"{entry.n:+d}", "total": total, "words": entry.words}
        summary = Phrase(N_("{campaign}: {n}, now {total}: {words}"), values)
        return Receipt("", "campaign.count", "campaign", entry.campaign_id, summary)

    return book.save("campaign.count", action, work)


# --- what the verbs share --------------------------------------------------------------------------------


def _open(tx: Transaction, campaign: str) -> dict[str, Any]:
    """The fields of a campaign that runs.

    Raises:
        NotFound, Refused: there is none, or it is closed.
    """
    before = tx.need("campaign", campaign)
    if before["state"] != CampaignState.RUNNING.value:
        raise Refused(
            Phrase(N_("{campaign} is signed off and can only be read."), {"campaign": labelled(before["body"])})
        )
    return before


def _row(tx: Transaction, campaign: str) -> tuple[str, str, str]:
    row = tx.one("SELECT id, body, starts_on FROM campaign WHERE id = ?", (campaign,))
    assert row is not None
    return row[0], row[1], row[2]


def _standing(tx: Transaction, campaign: Campaign, unit: str) -> Standing:
    """Where a unit stands now, by its facts.

    Raises:
        NotFound: the register has no such unit.
    """
    found = facts_of(tx.execute, campaign, [unit])
    for _unit, _where, _facts, standing in campaign_units.standings(tx.execute, campaign, found, tx.today):
        return standing
    raise NotFound(no_such_record())


def _called(tx: Transaction, campaign: Campaign, unit: str) -> str:
    sql = {
        CampaignSubject.PLACE: "SELECT name FROM place WHERE id = ?",
        CampaignSubject.HOUSEHOLD: "SELECT short FROM household WHERE id = ?",
        CampaignSubject.RESIDENT: "SELECT name FROM resident WHERE id = ?",
    }[campaign.definition.subject]
    row = tx.one(sql, (unit,))
    return str(row[0]) if row else ""


def _day(given: date | None, campaign: dict[str, Any], tx: Transaction) -> date:
    day = given or tx.today
    if day > tx.today:
        raise Refused(Phrase(N_("This day lies in the future. Nothing was saved.")))
    if day.isoformat() < campaign["starts_on"]:
        raise Refused(Phrase(N_("The campaign had not begun then. Nothing was saved.")))
    return day


def _year_day(text: str, near: date, *, after: bool) -> date | None:
    """The first MM-DD on or after a day, or the last one on or before it; 29 February is the 28th in common years."""
    if not text:
        return None
    month, day = (int(part) for part in text.split("-"))

    def in_year(year: int) -> date:
        try:
            return date(year, month, day)
        except ValueError:
            return date(year, 3, 1) - timedelta(days=1)

    found = in_year(near.year)
    if after and found < near:
        return in_year(near.year + 1)
    if not after and found > near:
        return in_year(near.year - 1)
    return found


def usual_days(definition: Definition, today: date) -> tuple[date, date | None]:
    """The first day and the deadline of a campaign that is started today, as its file gives them."""
    starts = _year_day(definition.starts, today, after=False) or today
    return starts, _year_day(definition.deadline, max(starts, today), after=True)


def _refuse_days(starts_on: date, deadline: date | None) -> None:
    if deadline is not None and deadline < starts_on:
        raise Refused(Phrase(N_("The deadline lies before the start.")))


def _refuse_departments(*keys: str | None) -> None:
    from casework.catalog.shelf import departments

    for key in keys:
        if key and key not in departments():
            raise WrongUse(Phrase(N_("There is no such department: {name}"), {"name": key}))
