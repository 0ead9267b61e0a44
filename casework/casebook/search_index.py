"""The search index: one document a person, a door without people, a place, an area.

FTS5 with one token a Chinese character, joined pinyin and initials, the address in its short forms, and each phone
number backwards, so that its last digits are a prefix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.casebook import pinyin
from casework.casebook.pinyin import FIRST_CHINESE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from casework.casebook.book import Casebook
    from casework.casebook.engine import Database

DOC = "INSERT INTO doc (id, kind, eid, household_id, grid_id, name, address, phones) VALUES (?,?,?,?,?,?,?,?)"
VERSION = "2"
"""Raised when names are indexed by other words than before; `keep_up` says of which names."""

INDEX = "INSERT INTO search (rowid, name, pinyin, address, phone) VALUES (?,?,?,?,?)"

BULK_HASH_BYTES = 16 * 1024 * 1024
"""What the index may hold in memory in a bulk write: 5,000 documents take about 8 MB."""

Document = tuple[str, str, str | None, str | None, str, str, str, str]
"""(kind, eid, household_id, grid_id, name, address, phones, address words)"""


def spaced(text: str) -> str:
    """Every Chinese character a word of its own; other writing as it is."""
    if text.isascii():
        return text
    if min(text) >= FIRST_CHINESE:
        return " ".join(text)
    return "".join(f" {c} " if c >= FIRST_CHINESE else c for c in text)


def phone_words(phones: str) -> str:
    """Each number backwards, digits only."""
    words = []
    for phone in phones.split():
        digits = phone if phone.isdecimal() else "".join(c for c in phone if c.isdigit())
        if len(digits) >= 3:
            words.append(digits[::-1])
    return " ".join(words)


def address_words(building: str, short: str, unit: str | None, room: str | None) -> str:
    """The forms in which an address is typed: building name, `3-2-501`, `2-501`, `501`."""
    room = room or ""
    tail = f"{unit}-{room}" if unit and room else ""
    return f"{spaced(building)} {short} {tail} {room}"


def words(document: Document) -> tuple[str, str, str, str]:
    """The four columns of the index for a document."""
    name = document[4]
    return spaced(name), pinyin.keys(name), document[7], phone_words(document[6])


def refresh(book: Casebook, touched: Iterable[tuple[str, str]]) -> None:
    """Index again what a save touched."""
    refresh_on(book.database, touched)


def refresh_on(database: Database, touched: Iterable[tuple[str, str]]) -> None:
    """Index again the documents of households, places and areas."""
    execute = database.connection().cursor().execute
    fresh: list[Document] = []
    for kind, eid in touched:
        if kind == "household":
            stale = execute("SELECT id FROM doc WHERE household_id = ?", (eid,)).fetchall()
            fresh += _of_household(execute, eid)
        else:
            stale = execute("SELECT id FROM doc WHERE eid = ?", (eid,)).fetchall()
            fresh += _of_place(execute, eid) if kind == "place" else _of_area(execute, eid)
        for (number,) in stale:
            execute("DELETE FROM search WHERE rowid = ?", (number,))
            execute("DELETE FROM doc WHERE id = ?", (number,))
    # After all that is stale has gone: somebody who has moved stands in the index behind the old door until then.
    append(database, fresh)


def append_many(database: Database, documents: Sequence[Document]) -> None:
    """The same as `append` for thousands: sorted in memory once and written as one segment, without merging at once."""
    execute = database.connection().cursor().execute
    for option, value in (("automerge", 0), ("hashsize", BULK_HASH_BYTES)):
        execute("INSERT INTO search (search, rank) VALUES (?, ?)", (option, value))
    append(database, documents)
    execute("INSERT INTO search (search) VALUES ('flush')")
    # Set back in the same transaction: whatever cuts it short takes both back.
    for option, value in (("automerge", 4), ("hashsize", 1024 * 1024)):
        execute("INSERT INTO search (search, rank) VALUES (?, ?)", (option, value))


def append(database: Database, documents: Sequence[Document]) -> None:
    """Put documents in that are not there yet, in the caller's transaction."""
    if not documents:
        return
    cursor = database.connection().cursor()
    first = cursor.execute("SELECT ifnull(max(id), 0) + 1 FROM doc").first()[0]
    numbered = list(enumerate(documents, start=first))
    cursor.executemany(DOC, [(number, *document[:7]) for number, document in numbered])
    cursor.executemany(INDEX, [(number, *words(document)) for number, document in numbered])


def documents(database: Database) -> Iterable[Document]:
    """Every document that ought to be indexed; doctor compares and rebuilds with it."""
    execute = database.connection().cursor().execute
    for (eid,) in execute("SELECT id FROM household").fetchall():
        yield from _of_household(execute, eid)
    for (eid,) in execute("SELECT id FROM place").fetchall():
        yield from _of_place(execute, eid)
    for (eid,) in execute("SELECT id FROM area").fetchall():
        yield from _of_area(execute, eid)


def _of_household(execute: Any, eid: str) -> Iterable[Document]:
    door = execute(
        "SELECT h.grid_id, h.address, h.short, h.unit, h.room, h.phone, a.name, a.aliases "
        "FROM household h LEFT JOIN area a ON a.id = h.building_id WHERE h.id = ?",
        (eid,),
    ).first()
    if door is None:
        return
    grid_id, address, short, unit, room, phone, building, aliases = door
    looked_for = address_words(f"{building or ''} {alias_words(aliases)}", short, unit, room)
    people = execute("SELECT id, name, phone FROM resident WHERE household_id = ? ORDER BY id", (eid,)).fetchall()
    shown = f"{building or ''} {short}".strip()
    for person, name, own in people:
        phones = " ".join(part for part in (own, phone) if part)
        yield ("resident", person, eid, grid_id, name, shown, phones, looked_for)
    if not people:
        yield ("household", eid, eid, grid_id, "", shown, phone or "", f"{looked_for} {spaced(address)}")


def _of_place(execute: Any, eid: str) -> Iterable[Document]:
    row = execute("SELECT grid_id, name, address, number FROM place WHERE id = ?", (eid,)).first()
    if row is not None:
        grid_id, name, address, number = row
        yield (
            "place",
            eid,
            None,
            grid_id,
            name,
            address or "",
            "",
            f"{spaced(address or '')} {number or ''}",
        )


def _of_area(execute: Any, eid: str) -> Iterable[Document]:
    row = execute("SELECT level, parent_id, name, aliases FROM area WHERE id = ?", (eid,)).first()
    if row is not None and row[0] == "building":
        yield ("building", eid, None, row[1], row[2], "", "", f"{spaced(row[2])} {alias_words(row[3])}")


def alias_words(aliases: str | None) -> str:
    """The other names of an area (JSON text), as the index takes them."""
    import json

    return " ".join(spaced(alias) for alias in json.loads(aliases)) if aliases else ""


def rebuild(database: Database) -> None:
    """Make the whole index anew, in the caller's transaction."""
    cursor = database.connection().cursor()
    cursor.execute("DELETE FROM doc")
    cursor.execute("INSERT INTO search (search) VALUES ('delete-all')")
    for number, document in enumerate(documents(database), start=1):
        cursor.execute(DOC, (number, *document[:7]))
        cursor.execute(INDEX, (number, *words(document)))


def keep_up(book: Casebook) -> bool:
    """Index again what an earlier version indexed by other words: names of several words that are not Chinese. True if
    it was needed.
    """
    if book.meta("search") == VERSION:
        return False
    named = book.database.execute_sql("SELECT household_id, name FROM doc WHERE kind = 'resident'")
    doors = {door for door, name in named if name and min(name) < FIRST_CHINESE and len(pinyin.parts(name)) > 1}

    def work() -> None:
        with book.database.atomic("IMMEDIATE"):
            refresh_on(book.database, [("household", door) for door in doors])
            book.set_meta("search", VERSION)

    book.write(work)
    return True


def differences(database: Database) -> Iterable[str]:
    """The records whose document is missing, stale, or not found by its own words."""
    kept = {
        row[1]: row
        for row in database.connection()
        .cursor()
        .execute("SELECT id, eid, kind, household_id, grid_id, name, address, phones FROM doc")
    }
    for document in documents(database):
        row = kept.pop(document[1], None)
        if row is None or (row[2], row[1], *row[3:]) != document[:7]:
            yield document[1]
            continue
        name, _pinyin, address, _phone = words(document)
        said = f"{name} {address}".split()
        # What holds no letter and no digit is no word to the index: a name may begin with "=" or an emoji.
        first = next((word for word in said if any(map(str.isalnum, word))), "")
        if (
            first
            and not database.execute_sql(
                "SELECT 1 FROM search WHERE search MATCH ? AND rowid = ?", (f'"{first}"*', row[0])
            ).first()
        ):
            yield document[1]
    yield from kept
