"""What a person's sheet needs that is filled in by hand: the ID number read and held against the register, tags, contacts
and consents with it, one head to a household.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.casebook.errors import AlreadyThere, Refused
from casework.casebook.ids import IdSeries
from casework.casebook.views import Found, NumberReading
from casework.domain.citizen_id import InvalidCitizenId, parse
from casework.domain.phrase import N_, Phrase
from casework.domain.register import unfit_birthday
from casework.domain.resident import age_on
from casework.domain.text import halfwidth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from casework.casebook.book import Casebook
    from casework.casebook.entries import ConsentPart, ContactPart, TagPart
    from casework.casebook.transaction import Transaction

HOLDER = (
    "SELECT r.id, r.name, r.household_id, a.name, h.short FROM resident r "
    "LEFT JOIN household h ON h.id = r.household_id LEFT JOIN area a ON a.id = h.building_id "
    "WHERE r.citizen_id = ? LIMIT 2"
)
COMPLETE = (15, 18)
"""Characters of an ID number of an old card and of one of today."""


def reading(book: Casebook, typed: str, but: str | None = None) -> NumberReading:
    """What an ID number says while it is typed; `but` is the person whose number it is by right."""
    bare = "".join(halfwidth(typed).split())
    if not bare:
        return NumberReading()
    if len(bare) < max(COMPLETE) and len(bare) not in COMPLETE:
        return NumberReading(missing=max(COMPLETE) - len(bare))
    try:
        read = parse(typed)
    except InvalidCitizenId as error:
        if len(bare) < max(COMPLETE):
            return NumberReading(missing=max(COMPLETE) - len(bare))
        return NumberReading(wrong=error.reason)
    today = book.today()
    wrong = unfit_birthday(read.born, today)
    execute = book.database.connection().cursor().execute
    return NumberReading(
        read.born, read.sex, None if wrong else age_on(read.born, today), read.assumed, wrong,
        held_by=_holder(lambda *asked: execute(*asked).fetchall(), read.number, but),
    )  # fmt: skip


def _holder(fetch: Callable[..., list[Any]], number: str, but: str | None) -> Found | None:
    for eid, name, household_id, building, short in fetch(HOLDER, (number,)):
        if eid != but:
            return Found(eid, "resident", name, f"{building or ''} {short or ''}".strip(), "citizen_id", household_id)
    return None


def identified(
    tx: Transaction, typed: str, born: str | None, sex: str | None, but: str | None = None
) -> dict[str, Any]:
    """The fields that follow from an ID number, with it.

    Raises:
        Refused: it cannot be right, or contradicts the birth date or the sex that is said beside it.
        AlreadyThere: somebody in the register has it.
    """
    try:
        read = parse(typed)
    except InvalidCitizenId as error:
        raise Refused(error.reason) from error
    if born and born != read.born.isoformat():
        raise Refused(Phrase(N_("The birth date contradicts the ID number. Nothing was saved.")))
    if sex and sex not in ("unknown", read.sex.value):
        raise Refused(Phrase(N_("The sex contradicts the ID number. Nothing was saved.")))
    holder = _holder(tx.all, read.number, but)
    if holder is not None:
        said = Phrase(
            N_("{name}, {address}, has this ID number already. Nothing was saved."),
            {"name": holder.name, "address": holder.address},
        )
        raise AlreadyThere(said, "resident", holder.id, holder.household_id)
    return {"citizen_id": read.number, "born": read.born.isoformat(), "sex": read.sex.value}


def refuse_child(born: date | None, today: date) -> None:
    """Refuse a birth date with which nobody can be in the register.

    Raises:
        Refused: it lies in the future, or is that of a child.
    """
    wrong = unfit_birthday(born, today) if born is not None else None
    if wrong is not None:
        raise Refused(Phrase(N_("{why} Nothing was saved."), {"why": wrong}))


def one_head(tx: Transaction, household_id: str, head: str) -> tuple[Phrase, ...]:
    """A household has one head: who was it is so no more. What is to be said of that."""
    said = []
    for eid, name in tx.all(
        "SELECT id, name FROM resident WHERE household_id = ? AND head = 1 AND id != ? ORDER BY id",
        (household_id, head),
    ):
        tx.set("resident", eid, {"head": None})
        said.append(Phrase(N_("{name} is no longer the head of the household."), {"name": name}))
    return tuple(said)


def hang(
    tx: Transaction, resident_id: str, tags: Iterable[TagPart], contacts: Iterable[ContactPart],
    consents: Iterable[ConsentPart],
) -> None:  # fmt: skip
    """Add what hangs on a person.

    Raises:
        Refused: the closed list has no such tag, or the person has one of them already.
    """
    from casework.catalog.shelf import tags as known

    # Counted up: what is entered in one go is shown in the order in which it was entered.
    ids = IdSeries()
    held = {row[0] for row in tx.all("SELECT tag FROM tag WHERE resident_id = ? AND until IS NULL", (resident_id,))}
    for tag in tags:
        if tag.tag not in known():
            raise Refused(Phrase(N_("There is no such tag: the list is closed and serves welfare only.")))
        if tag.tag in held:
            raise Refused(Phrase(N_("The person has this tag already. Nothing was saved.")))
        held.add(tag.tag)
        tx.add("tag", {**tag.model_dump(mode="json"), "resident_id": resident_id}, ids())
    for contact in contacts:
        tx.add("contact", {**contact.model_dump(mode="json"), "resident_id": resident_id}, ids())
    for consent in consents:
        given = consent.given_on or tx.today
        values = consent.model_dump(mode="json") | {"given": int(consent.given), "given_on": given.isoformat()}
        tx.add("consent", {**values, "resident_id": resident_id}, ids())
