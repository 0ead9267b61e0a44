"""Changes: what a person or a script puts right in a record of the register, validated once, here.

What is not named stays as it is: `said` gives the fields that are. Pydantic, and so imported by functions only.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.casebook.entries import ConsentPart, ContactPart, Entry, Id, Line, NeededLine, TagPart, Words
from casework.domain.household import Fuel, Tenure
from casework.domain.resident import ResidenceState, Sex


class Change(Entry):
    """What all changes share: the record, and which of its fields are named."""

    id: Id

    def said(self, *left_out: str) -> dict[str, Any]:
        """The fields that are named, as they are kept; `left_out` are those that are no fields of the record."""
        return self.model_dump(mode="json", exclude_unset=True, exclude={"id", *left_out})


class TagChange(Change):
    """Another start day or source of a tag."""

    since: date | None = None
    source: Line = ""


class ContactChange(Change):
    """Other words of an emergency contact."""

    name: NeededLine = "-"
    relation: Line = ""
    phone: Line = ""


class ResidentChange(Change):
    """Changes on the sheet of a person. The ID number is checked, and gives birth date and sex."""

    household_id: Id = ""
    name: NeededLine = "-"
    sex: Sex = Sex.UNKNOWN
    born: date | None = None
    citizen_id: Line = ""
    phone: Line = ""
    phone_note: Line = ""
    relation: Line = ""
    head: bool = False
    residence_state: ResidenceState = ResidenceState.REGISTERED_AND_RESIDENT
    tags: tuple[TagPart, ...] = ()
    tags_changed: tuple[TagChange, ...] = ()
    tags_ended: tuple[Id, ...] = ()
    contacts: tuple[ContactPart, ...] = ()
    contacts_changed: tuple[ContactChange, ...] = ()
    contacts_gone: tuple[Id, ...] = ()
    consents: tuple[ConsentPart, ...] = ()


class HouseholdChange(Change):
    """Changes of a door. `shares_with`, where it is named, are all the doors that share a kitchen with it; none ends
    its sharing.
    """

    address: Line = ""
    unit: Line = ""
    floor: int | None = None
    room: Line = ""
    fuel: Fuel = Fuel.UNKNOWN
    tenure: Tenure = Tenure.UNKNOWN
    phone: Line = ""
    cautions: tuple[str, ...] = ()
    note: Words = ""
    shares_with: tuple[Id, ...] = ()


class PlaceChange(Change):
    """Changes of a place outdoors."""

    kind: NeededLine = "-"
    name: NeededLine = "-"
    address: Line = ""
    number: Line = ""
    note: Words = ""
