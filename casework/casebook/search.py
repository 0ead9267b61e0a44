"""Finding anyone while typing: name, pinyin, initials, address, phone tail, and several of them together.

The query's words are ANDed. A word of Chinese is looked for in names and addresses, one of Latin letters in names,
pinyin, initials and addresses, one of digits in addresses and phone tails. Words of letters in the order of a name, or
joined, are looked for as that name first. What comes back is ranked by how it matched: a whole name before the
beginning of one, a name before an address, an address before a phone.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from casework.casebook import search_index
from casework.casebook.pinyin import FIRST_CHINESE
from casework.casebook.views import BuildingHit, Found

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.casebook.book import Casebook

CANDIDATES = 120
"""How many index hits of a kind are ranked. Ranking is most of the time a key takes (400 took 1.8-2.8 ms on 40,000
people), and whoever types something that common types on."""


def find(book: Casebook, query: str, limit: int = 50) -> list[Found]:
    """The best matches for what was typed, best first; nothing for an empty query.

    What matches whole words, or a name from its beginning, is asked for first. The rest is looked at only where that
    is not enough: of a common beginning the index would have to go through every word that has it.
    """
    words = _words(query)
    if not words:
        return []
    if len(words) == 1 and _NOTICE.fullmatch(words[0]):
        hangs = _by_notice(book, words[0])
        if hangs:
            return hangs[:limit]
    whole = _matches(book, _all_of(words, _whole))
    if len(words) > 1 and not any(map(_is_written_without_blanks, words)):
        whole |= _matches(book, _one_name(words))
    rows = whole if len(whole) >= limit else _matches(book, _all_of(words, _begun)) | whole
    grid = book.grid_id
    ranked = []
    for kind, eid, name, address, phones, household_id, grid_id in rows.values():
        score, matched = _rank(words, kind, name, address, phones, eid in whole)
        ranked.append((score, grid_id != grid, len(name), name, address, eid, kind, matched, household_id))
    ranked.sort()
    return [
        Found(eid, kind, name, address, matched, household_id)
        for _score, _away, _length, name, address, eid, kind, matched, household_id in ranked[:limit]
    ]


_NOTICE = re.compile(r"\d{6}-\d{5}")
"""The number of a notice, which whoever rings reads out from the paper on the door (`domain.arrangement.number_of`)."""


def _by_notice(book: Casebook, number: str) -> list[Found]:
    """Those behind the door at which a notice of that number was left."""
    execute = book.database.connection().cursor().execute
    doors = execute("SELECT household_id FROM door_notice WHERE number = ?", (number,)).fetchall()
    found = []
    for (door,) in dict.fromkeys(doors):
        rows = execute(
            "SELECT eid, kind, name, address, household_id FROM doc WHERE household_id = ?", (door,)
        ).fetchall()
        found += [Found(eid, kind, name, address, "notice", home) for eid, kind, name, address, home in sorted(rows)]
    return found


def _matches(book: Casebook, asked: str) -> dict[str, tuple[Any, ...]]:
    rows = (
        book.database.connection()
        .cursor()
        .execute(
            "SELECT doc.kind, doc.eid, doc.name, doc.address, doc.phones, doc.household_id, doc.grid_id "
            "FROM (SELECT rowid AS hit FROM search WHERE search MATCH ? LIMIT ?) CROSS JOIN doc ON doc.id = hit",
            (asked, CANDIDATES),
        )
        .fetchall()
    )
    return {row[1]: row for row in rows}


def _words(query: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", query).lower().replace("—", "-").replace("–", "-")
    kept = "".join(c if c.isalnum() or c in "-·" else " " for c in plain)
    return [word.strip("-·") for word in kept.split() if word.strip("-·")][:8]


def _all_of(words: list[str], expression: Callable[[str], str]) -> str:
    return " AND ".join(f"({expression(word)})" for word in words)


def _is_written_without_blanks(word: str) -> bool:
    """Chinese, or digits: such words are not the words of one name."""
    return word.isdigit() or any(c >= FIRST_CHINESE for c in word)


def _one_name(words: list[str]) -> str:
    """The words as they stand in a name, the last one begun; or joined, as pinyin is."""
    return f'name : "{" ".join(words)}"* OR pinyin : "{"".join(words)}"*'


def _whole(word: str) -> str:
    if any(c >= FIRST_CHINESE for c in word):
        phrase = " ".join(search_index.spaced(word).split())
        return f'name : ^"{phrase}"'
    if word.isdigit():
        return f'address : "{word}" OR phone : "{word[::-1]}"'
    return f'{{name pinyin address}} : "{word}"'


def _begun(word: str) -> str:
    # Quoted throughout: whatever is typed is text to FTS5, never its syntax.
    if any(c >= FIRST_CHINESE for c in word):
        phrase = " ".join(search_index.spaced(word).split())
        return f'{{name address}} : "{phrase}"*'
    if word.isdigit():
        return f'address : "{word}"* OR phone : "{word[::-1]}"* OR name : "{word}"*'
    return f'{{name pinyin address}} : "{word}"*'


def _rank(words: list[str], kind: str, name: str, address: str, phones: str, whole: bool) -> tuple[int, str]:
    """How good a match is, 0 best, and by what. Letters that stand in neither name nor address are pinyin: the table
    of readings is not asked for it, since to import it takes longer than a key may."""
    total, how = 0, "address"
    lowered, place = name.lower(), address.lower()
    joined = ""
    if name and min(name) < FIRST_CHINESE:
        lowered, words = _folded(lowered), [_folded(word) for word in words]
        joined = lowered.replace(" ", "")
        score = _as_one_name(words, lowered)
        if score is not None:
            return score, "name"
    for word in words:
        if lowered == word:
            score, matched = 0, "name"
        elif lowered.startswith(word):
            score, matched = 1, "name"
        elif word in lowered:
            score, matched = 2, "name"
        elif joined.startswith(word):
            score, matched = 1, "name"
        elif word in joined:
            score, matched = 2, "name"
        elif word in place.split() or word in place.split("-"):
            score, matched = 3, "address"
        elif word.isdigit() and any(phone.endswith(word) for phone in phones.split()):
            score, matched = 4, "phone"
        elif word.isascii() and not word.isdigit() and word not in place:
            score, matched = (1 if whole else 2), "pinyin"
        else:
            score, matched = 5, "address"
        total += score
        how = matched
    if kind == "building":
        total -= 2
    return total, how


def _as_one_name(words: list[str], name: str) -> int | None:
    """How good several words, the last perhaps only begun, are as part of one name; None where they are not."""
    if len(words) < 2:
        return None
    said = " ".join(words)
    # Better than pinyin, of which each word counts one: these letters stand there as they were typed.
    if name.startswith(said):
        return 0
    return 1 if f" {said}" in name else None


def _folded(text: str) -> str:
    """Words of letters without accents, with a blank for every sign between them, as the index has them."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


def buildings(book: Casebook, query: str, limit: int = 50) -> list[BuildingHit]:
    """Buildings while their name is typed, best first, those of the grid in use before others; of that grid all, in
    walking order, for an empty query.
    """
    words = _words(query)
    execute = book.database.connection().cursor().execute
    own = execute(f"{BUILDING} WHERE b.level = 'building' AND b.parent_id = ? ORDER BY b.walk_order, b.name",
                  (book.grid_id,)).fetchall()  # fmt: skip
    if not words:
        return [_building(row) for row in own[:limit]]
    found = {row[0]: row for row in own if _names_it(words, row)}
    # A building's name is its document's name, so that no person's address gets between.
    asked = " AND ".join(f'{{name pinyin}} : "{" ".join(search_index.spaced(word).split())}"*' for word in words)
    if "".join(words).isascii():
        # One by one: a letter that begins ten thousand people's names must not hide the building round the corner.
        for row in own[:OWN_BUILDINGS]:
            if (
                row[0] not in found
                and execute(
                    "SELECT 1 FROM doc JOIN search ON search.rowid = doc.id WHERE doc.eid = ? AND search MATCH ?",
                    (row[0], asked),
                ).fetchall()
            ):
                found[row[0]] = row
    for row in execute(
        f"{BUILDING} JOIN doc ON doc.eid = b.id WHERE doc.id IN "
        "(SELECT rowid FROM search WHERE search MATCH ? LIMIT ?) AND doc.kind = 'building'",
        (asked, BUILDING_CANDIDATES),
    ):
        found.setdefault(row[0], row)
    grid = book.grid_id
    ranked = sorted(found.values(), key=lambda row: (row[2] != grid, _fit(words, row[1]), row[4] or 0, row[1], row[0]))
    return [_building(row) for row in ranked[:limit]]


BUILDING = "SELECT b.id, b.name, b.parent_id, g.name, b.walk_order, b.aliases FROM area b LEFT JOIN area g ON g.id = b.parent_id"
BUILDING_CANDIDATES = 400
OWN_BUILDINGS = 100
"""How many of the grid's own buildings are asked for one by one."""


def _building(row: tuple[Any, ...]) -> BuildingHit:
    return BuildingHit(row[0], row[1], row[2] or "", row[3] or "")


def _names_it(words: list[str], row: tuple[Any, ...]) -> bool:
    said = f"{row[1]} {row[5] or ''}".lower()
    return all(word in said for word in words)


def _fit(words: list[str], name: str) -> int:
    """How well a name fits, 0 best: a number that is meant is the building's own number, not the end of another."""
    parts = "".join(c if c.isalnum() else " " for c in search_index.spaced(name.lower())).split()
    lowered = name.lower()
    return sum(
        0 if word in parts or lowered == word else 1 if lowered.startswith(word) else 2 if word in lowered else 3
        for word in words
    )
