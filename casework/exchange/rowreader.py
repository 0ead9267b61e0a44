"""One row of a sheet becomes one checked `RegisterRow`, or the reason why it does not.

What is the same in many rows (areas, doors, words of a choice) is read once and remembered: at most 30
microseconds a row are this side's share of an import.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from casework.catalog import shelf
from casework.domain import citizen_id as citizen_ids
from casework.domain.household import Fuel, Tenure
from casework.domain.phrase import N_, Label, Phrase
from casework.domain.register import unfit_birthday
from casework.domain.resident import LifeState, ResidenceState, Sex
from casework.domain.text import halfwidth
from casework.exchange import cells, doorway
from casework.exchange.cells import Dated, Unusable
from casework.exchange.headers import TAG, Mapping, fold, labels
from casework.exchange.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from enum import StrEnum

    from casework.domain.register import RegisterRow
    from casework.exchange.sheets import Cell

_AREAS = ("community", "grid", "compound")
_DOOR = ("building", "unit", "floor", "room", "address")
_HOME = ("fuel", "tenure", "kitchen", "walk_order", "cautions")
_DEVICE = ("device_maker", "device_model", "device_batch", "device_made_on", "device_fitted_on")
_STATE = ("relation", "residence_state", "life_state")
_LISTED = re.compile(r"[、,，;；/|+\s]+")
_NAME_AND_RELATION = re.compile(r"([^（(]+)[（(]([^（）()]+)[）)]$")
_NO_NAME = Phrase(N_("The name is missing."))
_CHOICES: dict[str, type[StrEnum]] = {
    "sex": Sex, "fuel": Fuel, "tenure": Tenure, "residence_state": ResidenceState, "life_state": LifeState,
}  # fmt: skip


class RowReader:
    """Reads the rows of one sheet. `unknown` counts the words that were left out, by field.

    `today` is the day of the import: nobody is born after it. `source` says where the tags come from.
    """

    def __init__(self, mapping: Mapping, today: date, source: str) -> None:
        from casework.exchange.checked import row as checked

        self._checked = checked
        self._today = today
        self._source = source[:200]
        self._at = mapping.fields
        self.unknown: Counter[tuple[str, str]] = Counter()
        self.odd_phones = 0
        self.old_cards = 0
        self._yes_no = {
            fold(word): answer == "yes" for answer, words in shelf.roster_columns()["yes_no"].items() for word in words
        }
        self._words = {field: _choice_words(field) for field in _CHOICES}
        self._heads = {fold(word) for word in shelf.table("roster_words")["heads"]["words"]}
        self._cautions = {
            fold(word): mark for mark, words in shelf.table("roster_words")["cautions"].items() for word in words
        }
        self._tag_words = _tag_words()
        self._no_tag = {fold(word) for word in shelf.table("roster_words")["no_tag"]["words"]}
        self._tag_columns = [(key.removeprefix(TAG), at[0]) for key, at in self._at.items() if key.startswith(TAG)]
        self._width = 1 + max((index for at in self._at.values() for index in at), default=0)
        self._name = self._one("name")
        self._head_name = self._one("head_name")
        if self._name is None:
            self._name, self._head_name = self._head_name, self._head_name
        self._born, self._sex, self._id = self._one("born"), self._one("sex"), self._one("citizen_id")
        self._phones = self._at.get("phone", ())
        self._notes = self._at.get("note", ())
        self._head = self._one("head")
        self._last_seen = self._one("last_seen_on")
        self._phone_notes = self._at.get("phone_note", ())
        self._areas = Remembered(self._at, _AREAS, self._read_areas)
        self._door = Remembered(self._at, _DOOR, self._read_door)
        self._home = Remembered(self._at, _HOME, self._read_home)
        self._state = Remembered(self._at, _STATE, self._read_state)
        self._device = Remembered(self._at, _DEVICE, self._read_devices)
        tag_cells = (*self._at.get("tags", ()), *(index for _key, index in self._tag_columns))
        tags_at = {str(index): (index,) for index in tag_cells}
        self._tags = Remembered(tags_at, tuple(tags_at), self._read_tags)
        emergency = ("emergency_name", "emergency_relation", "emergency_phone")
        self._contact_cells = [index for field in emergency for index in self._at.get(field, ())]
        self._contact_name, self._contact_relation = self._one(emergency[0]), self._one(emergency[1])

    def _one(self, field: str) -> int | None:
        at = self._at.get(field)
        return at[0] if at else None

    def read(self, line: int, row: Sequence[Cell]) -> RegisterRow | Phrase:
        """The row, or the reason for its rejection."""
        if len(row) < self._width:
            row = [*row, *[""] * (self._width - len(row))]
        try:
            return self._read(line, row)
        except Unusable as error:
            return error.reason

    def _read(self, line: int, row: Sequence[Cell]) -> RegisterRow | Phrase:
        name = cells.name_text(row[self._name]) if self._name is not None else ""
        if cells.is_empty(name):
            return _NO_NAME
        if not (name[0].isalpha() or any(map(str.isalpha, name))):
            return Phrase(N_("{text} is not a name."), {"text": name[:40]})
        community, grid, compound = self._areas(row)
        door = self._door(row)
        compound = compound or door.compound
        if door.building is None and compound is None:
            raise Unusable(doorway.NO_DOOR)
        fuel, tenure, kitchen, walk_order, cautions = self._home(row)
        relation, head, residence_state, life_state = self._state(row)
        number, born, sex = self._person(row)
        if self._head is not None or self._head_name is not None:
            head = self._is_head(row, name, head)
        values = {
            "line": line, "name": name, "community": community, "grid": grid, "compound": compound,
            "building": door.building, "unit": door.unit, "floor": door.floor, "room": door.room,
            "address": door.address, "short": door.short, "walk_order": walk_order, "kitchen": kitchen,
            "fuel": fuel, "tenure": tenure, "cautions": cautions, "sex": sex, "born": born,
            "citizen_id": number, "relation": relation, "head": head, "residence_state": residence_state,
            "life_state": life_state, "tags": self._tags(row),
        }  # fmt: skip
        if values["tags"]:
            values["tag_source"] = self._source
        contacts: list[tuple[str, str, str]] = []
        if self._phones:
            self._read_phones(row, values, contacts)
        for index in self._phone_notes:
            note = cells.text(row[index])
            if not cells.is_empty(note):
                values["phone_note"] = f"{values['phone_note']}, {note}" if values.get("phone_note") else note
        if self._contact_cells:
            self._read_contact(row, contacts)
        if contacts:
            values["contacts"] = tuple(dict.fromkeys(contacts))
        if self._notes:
            said = [cells.text(row[index], lines=True) for index in self._notes]
            values["note"] = "\n".join(note for note in said if not cells.is_empty(note)) or None
        if self._last_seen is not None:
            values["last_seen_on"] = self._past_day(row[self._last_seen])
        values["devices"] = self._device(row)
        return self._checked(values)

    # --- the person ------------------------------------------------------------------------

    def _person(self, row: Sequence[Cell]) -> tuple[str | None, date | None, Sex | None]:
        written = cells.dated(row[self._born]) if self._born is not None else None
        sex = self._choice("sex", row[self._sex]) if self._sex is not None else None
        if sex is Sex.UNKNOWN:
            sex = None
        number = _number_text(row[self._id]) if self._id is not None else ""
        if not number or cells.is_empty(number):
            return None, self._birthday(written), sex  # type: ignore[return-value]
        try:
            known = citizen_ids.parse(number)
        except citizen_ids.InvalidCitizenId as error:
            raise Unusable(error.reason) from None
        if known.assumed is not None:
            self.old_cards += 1
        if written is not None and (written.days or written.year) and not written.allows(known.born):
            raise Unusable(Phrase(N_("The birth date contradicts the ID number: one of the two is wrong.")))
        if sex is not None and sex is not known.sex:
            raise Unusable(Phrase(N_("The sex contradicts the ID number: one of the two is wrong.")))
        if written is not None and not written.days and written.year is None and written.reason is not None:
            raise Unusable(written.reason)
        self._grown(known.born)
        return known.number, known.born, known.sex

    def _birthday(self, written: Dated | None) -> date | None:
        if written is None:
            return None
        if written.reason is not None:
            raise Unusable(written.reason)
        self._grown(written.days[0])
        return written.days[0]

    def _grown(self, born: date) -> None:
        wrong = unfit_birthday(born, self._today)
        if wrong is not None:
            raise Unusable(wrong)

    def _is_head(self, row: Sequence[Cell], name: str, by_relation: Any) -> Any:
        """By a yes/no column, by the head's name in it or in a column of its own, else by the relation."""
        for index in (self._head, self._head_name):
            if index is None:
                continue
            said = cells.name_text(row[index])
            if said == name:
                return True
            answer = self._yes_no.get(fold(said)) if said else None
            if answer is not None:
                return answer
            if said and not cells.is_empty(said):
                return False
        return by_relation

    def _read_phones(self, row: Sequence[Cell], values: dict[str, Any], contacts: list[tuple[str, str, str]]) -> None:
        notes: list[str] = []
        for index in self._phones:
            found = cells.phones(row[index])
            for number, field in ((found.mobile, "phone"), (found.landline, "household_phone")):
                if number and not values.get(field):
                    values[field] = number
                elif number and values[field] != number:
                    notes.append(number)
            contacts.extend((relation, relation, number) for relation, number in found.relatives)
            if found.note:
                notes.append(found.note)
            self.odd_phones += found.odd
        if notes:
            values["phone_note"] = ", ".join(notes)

    def _read_contact(self, row: Sequence[Cell], contacts: list[tuple[str, str, str]]) -> None:
        if not any(row[index] for index in self._contact_cells):
            return
        name, relation = (
            "" if index is None or cells.is_empty(said := cells.name_text(row[index])) else said
            for index in (self._contact_name, self._contact_relation)
        )
        numbers: list[str] = []
        for index in self._at.get("emergency_phone", ()):
            found = cells.phones(row[index])
            numbers += [number for number in (found.mobile, found.landline) if number]
            numbers += [number for _relation, number in found.relatives]
            relation = relation or next((word for word, _number in found.relatives), "")
            numbers += [found.note] if found.note else []
        named = _NAME_AND_RELATION.match(name)
        if named and not relation and cells.relation_in(named.group(2)):
            name, relation = named.groups()
        inside = cells.phones(name) if any(sign.isdigit() for sign in name) else None
        if inside is not None:
            numbers += [number for number in (inside.mobile, inside.landline) if number]
            numbers += [number for _relation, number in inside.relatives]
            name = inside.note or next((word for word, _number in inside.relatives), name)
        if name or numbers:
            contacts += [(name or relation or "-", relation, number) for number in (numbers or [""])]

    # --- what is the same in many rows ----------------------------------------------------------------------

    def _read_areas(self, written: Sequence[Cell]) -> tuple[str | None, ...]:
        return tuple(None if cells.is_empty(said := cells.place_text(cell)) else said for cell in written)

    def _read_door(self, written: Sequence[Cell]) -> doorway.Door:
        return doorway.door(*(cells.place_text(cell) for cell in written))

    def _read_home(self, written: Sequence[Cell]) -> tuple[Any, ...]:
        fuel, tenure, kitchen, order, cautions = written
        said = cells.text(kitchen)
        walk = halfwidth(cells.text(order))
        if walk and not walk.isdigit():
            self._left_out("walk_order", walk)
        marks = [(word, self._cautions.get(fold(word))) for word in _LISTED.split(cells.text(cautions)) if word]
        for word, mark in marks:
            if mark is None and not cells.is_empty(word):
                self._left_out("cautions", word)
        return (
            self._choice("fuel", fuel),
            self._choice("tenure", tenure),
            None if cells.is_empty(said) or self._yes_no.get(fold(said)) is not None else said,
            int(walk) if walk.isdigit() and len(walk) < 10 else None,
            tuple(dict.fromkeys(mark for _word, mark in marks if mark)) or None,
        )

    def _read_state(self, written: Sequence[Cell]) -> tuple[str | None, bool | None, Any, Any]:
        relation = cells.text(written[0])
        if cells.is_empty(relation):
            relation = ""
        head = fold(relation) in self._heads if relation else None
        return (
            relation or None, head,
            self._choice("residence_state", written[1]), self._choice("life_state", written[2]),
        )  # fmt: skip

    def _read_devices(self, written: Sequence[Cell]) -> tuple[dict[str, Any], ...] | None:
        maker, model, batch = ("" if cells.is_empty(said := cells.text(cell)) else said for cell in written[:3])
        made_on, fitted_on = (self._device_day(cell) for cell in written[3:])
        device = {"maker": maker, "model": model, "batch": batch, "made_on": made_on, "fitted_on": fitted_on}
        known = {key: value for key, value in device.items() if value}
        return ({"kind": "self_closing_regulator", **known},) if known else None

    def _device_day(self, cell: Cell) -> date | None:
        """A day; a month, as it is stamped on valves, is its first day."""
        found = cells.dated(cell)
        if found is not None and found.year is not None and found.month is not None:
            from datetime import date

            return date(found.year, found.month, 1)
        if found is not None and found.reason is not None:
            raise Unusable(found.reason)
        return found.days[0] if found is not None else None

    def _past_day(self, cell: Cell) -> date | None:
        found = cells.dated(cell)
        if found is None:
            return None
        if found.reason is not None:
            raise Unusable(found.reason)
        if found.days[0] > self._today:
            raise Unusable(Phrase(N_("The day on which the person was last seen lies in the future.")))
        return found.days[0]

    def _read_tags(self, written: Sequence[Cell]) -> tuple[str, ...] | None:
        if not written:
            return None
        tags: dict[str, None] = {}
        lists = len(written) - len(self._tag_columns)
        for cell in written[:lists]:
            for word in self._tag_words_in(cells.text(cell)):
                key = self._tag_words.get(fold(word)) or self._tag_words.get(fold(word).removesuffix("老人"))
                if key is not None:
                    tags[key] = None
                elif fold(word) not in self._no_tag and not cells.is_empty(word):
                    self._left_out("tags", word)
        for (key, _index), cell in zip(self._tag_columns, written[lists:], strict=True):
            said = cells.text(cell)
            answer = self._yes_no.get(fold(said)) if said else None
            if answer or self._tag_words.get(fold(said)) == key:
                tags[key] = None
            elif said and answer is None and not cells.is_empty(said):
                self._left_out(TAG + key, said)
        return tuple(tags) or None

    def _tag_words_in(self, said: str) -> list[str]:
        return [said] if fold(said) in self._tag_words else [word for word in _LISTED.split(said) if word]

    def _choice(self, field: str, cell: Cell) -> StrEnum | None:
        said = cells.text(cell) if cell != "" else ""
        if not said:
            return None
        found = self._words[field].get(fold(said) or said)
        if found is not None or cells.is_empty(said):
            return found
        if field == "sex":
            raise Unusable(Phrase(N_("The sex {text} is not understood: write male or female."), {"text": said[:40]}))
        self._left_out(field, said)
        return None

    def _left_out(self, field: str, word: str) -> None:
        if len(self.unknown) < 1000:
            self.unknown[(field, word[:40])] += 1

    def warnings(self) -> tuple[Phrase, ...]:
        """What was left out or assumed, in sentences."""
        said: list[Phrase] = []
        names = labels()
        for field in dict.fromkeys(field for field, _word in self.unknown):
            words = [word for (of, word), _n in self.unknown.most_common() if of == field]
            shown = ", ".join(words[:8]) + (" …" if len(words) > 8 else "")
            label: Label | str = names.get(field, field)
            said.append(
                Phrase(N_("{column}: words that the register does not know were left out: {words}"),
                       {"column": label, "words": shown})
            )  # fmt: skip
        if self.odd_phones:
            said.append(
                Phrase(N_("{n} phone numbers cannot be right and were kept as a note."), {"n": self.odd_phones})
            )
        if self.old_cards:
            said.append(Phrase(N_("{n} ID numbers of 15 digits were read as old cards."), {"n": self.old_cards}))
        return tuple(said)


def _number_text(cell: Cell) -> str:
    """An ID number. One that is a number in the sheet keeps its `.0`: of 18 digits only 15 can be true, and
    those that are left would pass the check one time in eleven.
    """
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e20:
        return f"{int(cell)}.0"
    return cells.text(cell)


def _choice_words(field: str) -> dict[str, StrEnum]:
    kind = _CHOICES[field]
    table = shelf.roster_columns()["values"][field]
    return {fold(word) or word: kind(key) for key, words in table.items() for word in (*words, key)}


def _tag_words() -> dict[str, str]:
    words: dict[str, str] = {}
    for tag in shelf.tags().values():
        for word in (tag.label.zh, tag.label.en, *tag.aliases, tag.key):
            words.setdefault(fold(word), tag.key)
    for key, headers in shelf.roster_columns()["tag_columns"].items():
        for word in headers:
            words.setdefault(fold(word), key)
    return words
