"""Residents: adding and changing a person, tags, contacts, consent, last seen, risk; reading, and revealing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.casebook import rows
from casework.casebook.errors import NotFound, Refused
from casework.casebook.transaction import no_such_record
from casework.casebook.views import ResidentRow
from casework.domain import masking
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt
from casework.domain.resident import Consent, Resident, age_on

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.casebook.changes import ResidentChange
    from casework.casebook.entries import (
        ConsentEntry,
        ContactEntry,
        EditEntry,
        LastSeenEntry,
        LifeStateEntry,
        ResidentEntry,
        RiskEntry,
        TagEntry,
    )
    from casework.casebook.transaction import Transaction

EDITABLE = frozenset(
    {
        "name",
        "sex",
        "born",
        "phone",
        "phone_note",
        "relation",
        "head",
        "residence_state",
        "household_id",
        "note",
    }
)
SECRET_FIELDS = frozenset({"phone", "citizen_id", "contact_phone", "tags"})
"""Shown masked until revealed by a key; each reveal is journalled. Of the tags only the sensitive ones are masked."""


def add(book: Casebook, entry: ResidentEntry, action: str | None = None) -> Receipt:
    """Add a person with tags, contacts and consents. The ID number is checked; it gives birth date and sex.

    Raises:
        Refused: the ID number is wrong, or contradicts the birth date or sex that was typed; the person is a child.
        AlreadyThere: somebody in the register has that ID number.
    """
    from casework.casebook import person as sheet
    from casework.catalog.shelf import means_head

    values = entry.model_dump(mode="json", exclude={"tags", "contacts", "consents"})
    values["head"] = 1 if entry.head or means_head(entry.relation) else None

    def work(tx: Transaction) -> Receipt:
        tx.need("household", entry.household_id)
        if entry.citizen_id:
            values.update(sheet.identified(tx, entry.citizen_id, values["born"], values["sex"]))
        sheet.refuse_child(rows.day(values["born"]), tx.today)
        person = tx.add("resident", values)
        sheet.hang(tx, person, entry.tags, entry.contacts, entry.consents)
        follows = sheet.one_head(tx, entry.household_id, person) if values["head"] else ()
        summary = Phrase(N_("Added: {name}"), {"name": entry.name})
        return Receipt("", "resident.add", "resident", person, summary, follows)

    return book.save("resident.add", action, work)


def change(book: Casebook, entry: ResidentChange, action: str | None = None) -> Receipt:
    """Put a person's sheet right: fields, tags, contacts, consents in one save. What is not named stays.

    Raises:
        NotFound: there is no such person, household, tag or contact.
        Refused: the ID number is wrong, or contradicts birth date or sex; the person is a child.
        AlreadyThere: somebody else in the register has that ID number.
    """
    from casework.casebook import person as sheet
    from casework.catalog.shelf import means_head

    said = entry.said("tags", "tags_changed", "tags_ended", "contacts", "contacts_changed", "contacts_gone", "consents")

    def work(tx: Transaction) -> Receipt:
        before = tx.need("resident", entry.id)
        values = dict(said)
        if values.get("household_id"):
            tx.need("household", values["household_id"])
        if "head" in values or means_head(entry.relation):
            values["head"] = 1 if entry.head or means_head(entry.relation) else None
        number = values.get("citizen_id", before["citizen_id"])
        if number and not values.keys().isdisjoint(("citizen_id", "born", "sex")):
            # A new number gives birth date and sex; the number on file holds a new one of these to it.
            values |= sheet.identified(tx, number, values.get("born"), values.get("sex"), but=entry.id)
        sheet.refuse_child(rows.day(values.get("born")), tx.today)
        tx.set("resident", entry.id, {name: None if value == "" else value for name, value in values.items()})
        _change_hung(tx, entry)
        sheet.hang(tx, entry.id, entry.tags, entry.contacts, entry.consents)
        home = values.get("household_id", before["household_id"])
        follows = sheet.one_head(tx, home, entry.id) if values.get("head") else ()
        summary = Phrase(N_("Changed: {name}"), {"name": values.get("name", before["name"])})
        return Receipt("", "resident.change", "resident", entry.id, summary, follows)

    return book.save("resident.change", action, work)


def _change_hung(tx: Transaction, entry: ResidentChange) -> None:
    """The tags and contacts of a person that a change names."""

    def own(ent: str, eid: str) -> dict[str, Any]:
        fields = tx.need(ent, eid)
        if fields["resident_id"] != entry.id:
            raise NotFound(no_such_record())
        return fields

    for tag in entry.tags_changed:
        own("tag", tag.id)
        tx.set("tag", tag.id, tag.said())
    for tag_id in entry.tags_ended:
        own("tag", tag_id)
        tx.set("tag", tag_id, {"until": tx.today.isoformat()})
    for contact in entry.contacts_changed:
        own("contact", contact.id)
        tx.set("contact", contact.id, contact.said())
    for contact_id in entry.contacts_gone:
        own("contact", contact_id)
        tx.void("contact", contact_id)


def edit(book: Casebook, entry: EditEntry, action: str | None = None) -> Receipt:
    """Change fields of a person; what is not named stays.

    Raises:
        Refused: a field that is not to be changed this way.
    """
    strange = set(entry.values) - EDITABLE
    if strange:
        raise Refused(Phrase(N_("There is no such field.")))

    def work(tx: Transaction) -> Receipt:
        before = tx.need("resident", entry.id)
        tx.set("resident", entry.id, entry.values)
        return Receipt(
            "", "resident.edit", "resident", entry.id, Phrase(N_("Changed: {name}"), {"name": before["name"]})
        )

    return book.save("resident.edit", action, work)


def _hang(book: Casebook, verb: str, ent: str, resident_id: str, values: dict[str, Any], action: str | None) -> Receipt:
    def work(tx: Transaction) -> Receipt:
        person = tx.need("resident", resident_id)
        tx.add(ent, values)
        return Receipt("", verb, "resident", resident_id, Phrase(N_("Changed: {name}"), {"name": person["name"]}))

    return book.save(verb, action, work)


def tag(book: Casebook, entry: TagEntry, action: str | None = None) -> Receipt:
    """Give a person a welfare tag of the closed list.

    Raises:
        Refused: the list has no such tag.
    """
    from casework.catalog.shelf import tags

    if entry.tag not in tags():
        raise Refused(Phrase(N_("There is no such tag: the list is closed and serves welfare only.")))
    return _hang(book, "resident.tag", "tag", entry.resident_id, entry.model_dump(mode="json"), action)


def untag(book: Casebook, tag_id: str, action: str | None = None) -> Receipt:
    """End a tag today; that it held until now stays known."""

    def work(tx: Transaction) -> Receipt:
        before = tx.need("tag", tag_id)
        person = tx.need("resident", before["resident_id"])
        tx.set("tag", tag_id, {"until": tx.today.isoformat()})
        summary = Phrase(N_("Changed: {name}"), {"name": person["name"]})
        return Receipt("", "resident.untag", "resident", before["resident_id"], summary)

    return book.save("resident.untag", action, work)


def contact(book: Casebook, entry: ContactEntry, action: str | None = None) -> Receipt:
    """Add an emergency contact."""
    return _hang(book, "resident.contact", "contact", entry.resident_id, entry.model_dump(mode="json"), action)


def consent(book: Casebook, entry: ConsentEntry, action: str | None = None) -> Receipt:
    """Record what a person agreed to, or did not, for one purpose."""
    values = entry.model_dump(mode="json") | {"given": int(entry.given)}
    return _hang(book, "resident.consent", "consent", entry.resident_id, values, action)


def _change(book: Casebook, verb: str, resident_id: str, values: dict[str, Any], action: str | None) -> Receipt:
    def work(tx: Transaction) -> Receipt:
        person = tx.need("resident", resident_id)
        tx.set("resident", resident_id, values)
        return Receipt("", verb, "resident", resident_id, Phrase(N_("Changed: {name}"), {"name": person["name"]}))

    return book.save(verb, action, work)


def last_seen(book: Casebook, entry: LastSeenEntry, action: str | None = None) -> Receipt:
    """Record who saw the person last."""
    values = {"last_seen_on": entry.on.isoformat(), "last_seen_by": entry.by.value}
    return _change(book, "resident.last_seen", entry.resident_id, values, action)


def risk(book: Casebook, entry: RiskEntry, action: str | None = None) -> Receipt:
    """Set the risk level by hand with words, or give it back to the suggestion."""
    values = {"risk_override": entry.level.value if entry.level else None, "risk_reason": entry.reason}
    return _change(book, "resident.risk", entry.resident_id, values, action)


def life_state(book: Casebook, entry: LifeStateEntry, action: str | None = None) -> Receipt:
    """Record that a person is here, away, in hospital, has moved or died."""
    on = (entry.on or book.today()).isoformat()
    return _change(
        book,
        "resident.life_state",
        entry.resident_id,
        {"life_state": entry.state.value, "life_state_on": on},
        action,
    )


def get(book: Casebook, resident_id: str) -> Resident:
    """One person with tags and contacts.

    Raises:
        NotFound: there is none.
    """
    execute = book.database.execute_sql
    row = execute(f"SELECT {rows.RESIDENT} FROM resident WHERE id = ?", (resident_id,)).first()
    if row is None:
        raise NotFound(no_such_record())
    tags = execute(f"SELECT {rows.TAG} FROM tag WHERE resident_id = ? ORDER BY id", (resident_id,)).fetchall()
    contacts = execute(
        f"SELECT {rows.CONTACT} FROM contact WHERE resident_id = ? ORDER BY id",
        (resident_id,),
    ).fetchall()
    return rows.resident(row, map(rows.tag, tags), map(rows.contact, contacts))


def consents(book: Casebook, resident_id: str) -> list[Consent]:
    """What a person agreed to, in order of entry."""
    found = book.database.execute_sql(
        "SELECT id, resident_id, purpose, basis, given, how, text_version, given_on, withdrawn_on FROM consent "
        "WHERE resident_id = ? ORDER BY id",
        (resident_id,),
    ).fetchall()
    return [
        Consent(r[0], r[1], r[2], r[3], bool(r[4]), r[5] or "", r[6] or "", rows.day(r[7]), rows.day(r[8]))
        for r in found
    ]


def count(book: Casebook) -> int:
    """How many people the register holds."""
    return int(book.database.execute_sql("SELECT count(*) FROM resident").first()[0])


def page(book: Casebook, after: int | None = None, limit: int = 200) -> list[tuple[int, ResidentRow]]:
    """A page of all people in order of entry, with the position to go on `after`. Sensitive tags are left out."""
    from casework.catalog.shelf import tags

    sensitive = frozenset(key for key, kind in tags().items() if kind.sensitive)
    found = book.database.execute_sql(
        "SELECT doc.id, r.id, r.household_id, r.name, r.sex, r.born, doc.address, "
        "(SELECT group_concat(tag, ' ') FROM tag WHERE tag.resident_id = r.id AND tag.until IS NULL) "
        "FROM doc JOIN resident r ON r.id = doc.eid WHERE doc.kind = 'resident' AND doc.id > ? "
        "ORDER BY doc.id LIMIT ?",
        (after or 0, limit),
    ).fetchall()
    today = book.today()
    return [
        (
            r[0],
            ResidentRow(
                r[1], r[2], r[3], r[4] or "", age_on(born, today) if (born := rows.day(r[5])) else None,
                r[6], masking.tags((r[7] or "").split(), sensitive)[0],
            ),
        )
        for r in found
    ]  # fmt: skip


def reveal(book: Casebook, resident_id: str, field: str) -> str:
    """The full value of a masked field, of tags their keys; that it was looked at is journalled.

    Raises:
        Refused: the field is not one that is masked.
    """
    if field not in SECRET_FIELDS:
        raise Refused(Phrase(N_("There is no such field.")))
    value = ""

    def work(tx: Transaction) -> Receipt:
        nonlocal value
        person = tx.need("resident", resident_id)
        words = N_("Revealed a number of {name}.")
        if field == "contact_phone":
            found = tx.all("SELECT phone FROM contact WHERE resident_id = ? ORDER BY id", (resident_id,))
            value = " ".join(row[0] for row in found if row[0])
        elif field == "tags":
            words = N_("Revealed the welfare tags of {name}.")
            found = tx.all(
                "SELECT tag FROM tag WHERE resident_id = ? AND (until IS NULL OR until > ?) ORDER BY id",
                (resident_id, tx.today.isoformat()),
            )
            value = " ".join(row[0] for row in found)
        else:
            value = person[field] or ""
        summary = Phrase(words, {"name": person["name"]})
        return Receipt("", f"reveal.{field}", "resident", resident_id, summary)

    book.save("reveal", None, work, undoable=False)
    return value
