"""Repeats: earlier cases about the same problem, shown while a new one is typed, and linked into one problem.

A *recurring problem* is named by the id of its first case. The how-maniest case it is, is counted and not kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from casework.casebook import followup_steps as steps
from casework.casebook import rows
from casework.casebook.errors import Refused
from casework.casebook.followup_lists import FROM, ROW, row_of
from casework.casebook.views import SimilarCase
from casework.domain import recurrence as rules
from casework.domain.followup import Action, State
from casework.domain.followup_steps import Told
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt
from casework.domain.recurrence import Relation

if TYPE_CHECKING:
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.casebook.entries import FollowupEntry
    from casework.casebook.followup_entries import LinkEntry
    from casework.casebook.transaction import Transaction
    from casework.casebook.views import FollowupRow
    from casework.domain.recurrence import RepeatRules

CLAIMS = frozenset({State.CLOSED_VERIFIED.value, State.CLOSED_UNVERIFIED.value})
"""The ends that say a problem is solved: a recurrence counts against these, not against *not fixed*."""


def similar(
    book: Casebook, household_id: str | None, place_id: str | None, category: str, days: int | None = None, *,
    building_id: str | None = None, unit: str = "", address: str = "", limit: int = 20,
) -> list[SimilarCase]:  # fmt: skip
    """Earlier cases of a category about the same door, stair, building, place or address, the closest first.

    Those opened or closed in so many days (the catalog's window), and all that are still open.
    """
    execute = book.database.execute_sql
    return _similar(
        execute, book.today(), household_id, place_id, category, days, building_id, unit, address, "", limit
    )


def _similar(
    execute: Any, today: date, household_id: str | None, place_id: str | None, category: str, days: int | None,
    building_id: str | None, unit: str, address: str, but: str, limit: int,
) -> list[SimilarCase]:  # fmt: skip
    from casework.catalog import followups as shelf
    from casework.catalog.shelf import categories

    known = categories().get(category)
    numbers = shelf.repeats()
    since = (today - timedelta(days=days or numbers.window_days)).isoformat()
    if household_id and not building_id:
        door = execute("SELECT building_id, unit FROM household WHERE id = ?", (household_id,)).first()
        building_id, unit = (door[0], door[1] or "") if door else (None, "")
    lately = f"category = ? AND id != ? AND (opened_at >= '{since}' OR closed_at IS NULL OR closed_at >= '{since}')"
    parts, values = [], []
    for about, value in (
        ("household_id IN (SELECT id FROM household WHERE building_id = ?)", building_id),
        ("building_id = ?", building_id),
        ("place_id = ?", place_id),
        ("household_id = ?", household_id),
    ):
        if value:
            parts.append(f"SELECT id FROM followup WHERE {about} AND {lately}")
            values += [value, category, but]
    if address:
        parts.append(f"SELECT id FROM followup WHERE address = ? AND {lately}")
        values += [address, category, but]
    if not parts:
        return []
    found = execute(
        f"SELECT {ROW}, h.building_id, h.unit {FROM} WHERE f.id IN ({' UNION '.join(parts)}) "
        "ORDER BY f.opened_at DESC, f.id DESC LIMIT 200",
        values,
    ).fetchall()
    made = []
    for one in found:
        row = row_of(one)
        relation = _relation(row, one[-2], one[-1] or "", household_id, place_id, building_id, unit)
        against = _counts_against(row, today, numbers)
        made.append(
            SimilarCase(row, relation, rules.links_by_itself(known.repeats if known else "", relation), against)
        )
    made.sort(key=lambda case: rules.CLOSEST[case.relation])
    return made[:limit]


def _relation(
    row: FollowupRow, door_building: str | None, door_unit: str, household_id: str | None, place_id: str | None,
    building_id: str | None, unit: str,
) -> Relation:  # fmt: skip
    if household_id and row.household_id == household_id:
        return Relation.HOUSEHOLD
    if place_id and row.place_id == place_id:
        return Relation.PLACE
    if building_id and building_id in (door_building, row.building_id):
        same_stair = unit and unit == (door_unit if door_building else row.unit)
        return Relation.STAIR if same_stair else Relation.BUILDING
    return Relation.ADDRESS


def _counts_against(row: FollowupRow, day: date, numbers: RepeatRules) -> bool:
    return row.closed_at is not None and row.state in CLAIMS and rules.against(row.closed_at.date(), day, numbers)


def priority(severity: str, repeat_n: int) -> int:
    """How pressing a case is, by the catalog's rule."""
    from casework.catalog import followups as shelf

    return rules.priority(severity, repeat_n, shelf.repeats())


def on_opening(tx: Transaction, followup_id: str, fields: dict[str, Any], entry: FollowupEntry) -> list[Phrase]:
    """Link a new case with what it repeats, or keep why it does not; what is to be said of it."""
    before = _similar(
        tx._execute, tx.today, entry.household_id, entry.place_id, entry.category, None, entry.building_id, entry.unit,
        entry.address, followup_id, 20,
    )  # fmt: skip
    if entry.different_because:
        looked = [case.row.id for case in before]
        steps.take(tx, followup_id, Action.LINK, Told(entry.different_because), data={"different_from": looked or None})
        return []
    if entry.repeat_of:
        return [_linked(tx, followup_id, entry.repeat_of)]
    by_itself = next((case for case in before if case.by_itself and case.row.state != State.DUPLICATE), None)
    if by_itself is not None:
        return [_linked(tx, followup_id, by_itself.row.id)]
    if before:
        return [
            Phrase(
                N_("{n} earlier ones look alike, the last is {number}."),
                {"n": len(before), "number": before[0].row.number},
            )
        ]
    return []


def link(book: Casebook, entry: LinkEntry, action: str | None = None) -> Receipt:
    """Say that two cases are about the same problem; or, with words, that they are not.

    Raises:
        Refused: a case cannot be linked with itself.
        NotFound: there is no such case.
    """

    def work(tx: Transaction) -> Receipt:
        number = tx.need("followup", entry.followup_id)["number"]
        other = tx.need("followup", entry.to)["number"]
        if entry.to == entry.followup_id:
            raise Refused(Phrase(N_("A follow-up cannot be linked with itself.")))
        if not entry.different_because:
            said = _linked(tx, entry.followup_id, entry.to)
            summary = Phrase(N_("Follow-up {number}: the same problem as {other}"), {"number": number, "other": other})
            return Receipt("", "followup.link", "followup", entry.followup_id, summary, (said,))
        _part(tx, entry.followup_id, entry.to)
        steps.take(
            tx, entry.followup_id, Action.LINK, Told(entry.different_because), data={"different_from": [entry.to]}
        )
        summary = Phrase(N_("Follow-up {number}: another problem than {other}"), {"number": number, "other": other})
        return Receipt("", "followup.link", "followup", entry.followup_id, summary)

    return book.save("followup.link", action, work)


def _linked(tx: Transaction, followup_id: str, other_id: str) -> Phrase:
    """Make two cases one problem: its number of repeats presses on all of it that is open."""
    other = tx.need("followup", other_id)
    mine = tx.need("followup", followup_id)
    group = other["recurring_id"] or other_id
    if not other["recurring_id"]:
        tx.set("followup", other_id, {"recurring_id": group})
    if mine["recurring_id"] and mine["recurring_id"] != group:
        for (one,) in tx.all("SELECT id FROM followup WHERE recurring_id = ?", (mine["recurring_id"],)):
            tx.set("followup", one, {"recurring_id": group})
    tx.set("followup", followup_id, {"recurring_id": group})
    n = _press(tx, group)
    _count_against(tx, group, followup_id, mine)
    steps.take(tx, followup_id, Action.LINK, Told(), data={"same_as": other_id})
    mine_n = tx.one(
        "SELECT count(*) FROM followup g, followup f WHERE f.id = ? AND g.recurring_id = f.recurring_id "
        "AND g.state != 'duplicate' AND (g.opened_at, g.id) <= (f.opened_at, f.id)",
        (followup_id,),
    )
    return Phrase(
        N_("The same problem as {number}: it has come up {n} times."),
        {"number": other["number"], "n": max(n, mine_n[0] if mine_n else 1)},
    )


def _part(tx: Transaction, followup_id: str, other_id: str) -> None:
    """Take a case out of the problem that it shares with another."""
    mine, other = tx.need("followup", followup_id), tx.need("followup", other_id)
    group = mine["recurring_id"]
    if group is None or group != other["recurring_id"]:
        return
    tx.set("followup", followup_id, {"recurring_id": None, "priority": priority(mine["severity"], 1)})
    _press(tx, group)


def _press(tx: Transaction, group: str) -> int:
    """Set the priority of all open cases of a problem by how often it has come up; returns that."""
    members = tx.all(
        "SELECT id, severity, closed_at FROM followup WHERE recurring_id = ? AND state != 'duplicate'", (group,)
    )
    for one, severity, closed in members:
        if closed is None:
            tx.set("followup", one, {"priority": priority(severity, len(members))})
    return len(members)


def _count_against(tx: Transaction, group: str, followup_id: str, fields: dict[str, Any]) -> None:
    """The last closing of the problem that said it was solved did not hold, if this one came soon after it."""
    from casework.catalog import followups as shelf

    last = tx.one(
        "SELECT id, closed_at, setbacks FROM followup WHERE recurring_id = ? AND id != ? AND closed_at IS NOT NULL "
        "AND closed_at <= ? AND state IN ('closed_verified', 'closed_unverified') AND recurred_by IS NULL "
        "ORDER BY closed_at DESC LIMIT 1",
        (group, followup_id, fields["opened_at"]),
    )
    if last is None:
        return
    again = rows.instant(fields["opened_at"]).date()
    if rules.against(rows.instant(last[1]).date(), again, shelf.repeats()):
        tx.set("followup", last[0], {"recurred_by": followup_id, "setbacks": (last[2] or 0) + 1})


def against_own_closing(tx: Transaction, fields: dict[str, Any]) -> bool:
    """Whether taking a closed case up again today counts against its closing."""
    from casework.catalog import followups as shelf

    if not fields["closed_at"] or fields["state"] not in CLAIMS:
        return False
    return rules.against(rows.instant(fields["closed_at"]).date(), tx.today, shelf.repeats())
