"""What a row of a roster says, as the fields of a household and of a resident."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from casework.domain.register import RegisterRow


def fits(person: dict[str, Any], number: str | None, born: str | None) -> bool:
    """Whether a person may be the one with this ID number and birthday: neither contradicts what is on file."""
    theirs, birthday = person.get("citizen_id"), person.get("born")
    return not (number and theirs and theirs != number) and not (born and birthday and birthday != born)


def household_values(row: RegisterRow) -> dict[str, Any]:
    """What the row says of the door; nothing of what it does not speak of."""
    values: dict[str, Any] = {}
    for name, value in (
        ("address", row.address), ("unit", row.unit), ("room", row.room), ("phone", row.household_phone)
    ):  # fmt: skip
        if value:
            values[name] = value
    if row.floor is not None:
        values["floor"] = row.floor
    if row.walk_order is not None:
        values["walk_order"] = row.walk_order
    if row.fuel is not None:
        values["fuel"] = row.fuel.value
    if row.tenure is not None:
        values["tenure"] = row.tenure.value
    if row.cautions:
        values["cautions"] = list(row.cautions)
    return values


def resident_values(row: RegisterRow) -> dict[str, Any]:
    """What the row says of the person; nothing of what it does not speak of."""
    values: dict[str, Any] = {"name": row.name}
    if row.sex is not None:
        values["sex"] = row.sex.value
    if row.born is not None:
        values["born"] = row.born.isoformat()
    if row.citizen_id:
        values["citizen_id"] = row.citizen_id
    if row.phone:
        values["phone"] = row.phone
    if row.phone_note:
        values["phone_note"] = row.phone_note
    if row.relation:
        values["relation"] = row.relation
    if row.head:
        values["head"] = 1
    if row.residence_state is not None:
        values["residence_state"] = row.residence_state.value
    if row.life_state is not None:
        values["life_state"] = row.life_state.value
    if row.last_seen_on is not None:
        values["last_seen_on"] = row.last_seen_on.isoformat()
    if row.note:
        values["note"] = row.note
    return values
