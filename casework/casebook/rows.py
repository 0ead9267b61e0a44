"""From database rows to domain objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from casework.domain.area import Area, AreaLevel
from casework.domain.check import Answer, AnswerState, Check, SubjectKind
from casework.domain.device import Device
from casework.domain.household import Fuel, Household, Tenure
from casework.domain.resident import (
    Contact,
    LastSeenSource,
    LifeState,
    ResidenceState,
    Resident,
    RiskLevel,
    Sex,
    Tag,
)
from casework.domain.visit import Mode, Outcome, RefusalReason, Visit

Row = Sequence[Any]

HOUSEHOLD = (
    "id, grid_id, building_id, address, short, unit, floor, room, walk_order, fuel, tenure, phone, kitchen_id, "
    "cautions, note"
)
RESIDENT = (
    "id, household_id, name, sex, born, citizen_id, phone, phone_note, relation, head, residence_state, life_state, "
    "life_state_on, risk_override, risk_reason, last_seen_on, last_seen_by"
)
TAG = "id, resident_id, tag, since, until, source"
CONTACT = "id, resident_id, name, relation, phone"
VISIT = (
    "id, household_id, outcome, mode, happened_at, entered_at, worker_id, met, about, topics, note, concern, "
    "next_visit_on, refusal_reason"
)
CHECK = (
    "id, checklist, version, subject_kind, subject_id, household_id, happened_at, entered_at, worker_id, answers, note, "
    "partial"
)
DEVICE = (
    "id, kind, household_id, kitchen_id, place_id, maker, model, batch, made_on, fitted_on, removed_on, life_months, "
    "note"
)
AREA = "id, level, name, parent_id, aliases, code, code_year, walk_order"


def day(text: str | None) -> date | None:
    """A day, or None."""
    return date.fromisoformat(text) if text else None


def instant(text: str) -> datetime:
    """An instant with its offset."""
    return datetime.fromisoformat(text)


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text else ()


def household(row: Row) -> Household:
    """From the columns of `HOUSEHOLD`."""
    return Household(
        id=row[0], grid_id=row[1], building_id=row[2], address=row[3], short=row[4], unit=row[5] or "",
        floor=row[6], room=row[7] or "", walk_order=row[8] or 0, fuel=Fuel(row[9] or "unknown"),
        tenure=Tenure(row[10] or "unknown"), phone=row[11] or "", kitchen_id=row[12], cautions=_list(row[13]),
        note=row[14] or "",
    )  # fmt: skip


def tag(row: Row) -> Tag:
    """From the columns of `TAG`."""
    return Tag(row[0], row[1], row[2], day(row[3]), day(row[4]), row[5] or "")


def contact(row: Row) -> Contact:
    """From the columns of `CONTACT`."""
    return Contact(row[0], row[1], row[2], row[3] or "", row[4] or "")


def resident(row: Row, tags: Iterable[Tag] = (), contacts: Iterable[Contact] = ()) -> Resident:
    """From the columns of `RESIDENT`, with what hangs on the person."""
    return Resident(
        id=row[0], household_id=row[1], name=row[2], sex=Sex(row[3] or "unknown"), born=day(row[4]),
        citizen_id=row[5] or "", phone=row[6] or "", phone_note=row[7] or "", relation=row[8] or "",
        head=bool(row[9]), residence_state=ResidenceState(row[10] or "registered_and_resident"),
        life_state=LifeState(row[11] or "living_here"), life_state_on=day(row[12]),
        risk_override=RiskLevel(row[13]) if row[13] else None, risk_reason=row[14] or "",
        last_seen_on=day(row[15]), last_seen_by=LastSeenSource(row[16]) if row[16] else None,
        tags=tuple(tags), contacts=tuple(contacts),
    )  # fmt: skip


def visit(row: Row) -> Visit:
    """From the columns of `VISIT`."""
    return Visit(
        id=row[0], household_id=row[1], outcome=Outcome(row[2]), mode=Mode(row[3]), happened_at=instant(row[4]),
        entered_at=instant(row[5]), worker_id=row[6], met=_list(row[7]), about=_list(row[8]), topics=_list(row[9]),
        note=row[10] or "", concern=row[11] or "", next_visit_on=day(row[12]),
        refusal_reason=RefusalReason(row[13]) if row[13] else None,
    )  # fmt: skip


def check(row: Row) -> Check:
    """From the columns of `CHECK`."""
    answers = {
        name: Answer(AnswerState(a["state"]), a.get("value"), a.get("evidence", ""), a.get("note", ""))
        for name, a in json.loads(row[9]).items()
    }
    return Check(
        id=row[0], checklist=row[1], version=row[2], subject_kind=SubjectKind(row[3]), subject_id=row[4],
        household_id=row[5], happened_at=instant(row[6]), entered_at=instant(row[7]), worker_id=row[8],
        answers=answers, note=row[10] or "", completed=not row[11],
    )  # fmt: skip


def device(row: Row) -> Device:
    """From the columns of `DEVICE`."""
    return Device(
        id=row[0], kind=row[1], household_id=row[2], kitchen_id=row[3], place_id=row[4], maker=row[5] or "",
        model=row[6] or "", batch=row[7] or "", made_on=day(row[8]), fitted_on=day(row[9]), removed_on=day(row[10]),
        life_months=row[11], note=row[12] or "",
    )  # fmt: skip


def area(row: Row) -> Area:
    """From the columns of `AREA`."""
    return Area(
        id=row[0], level=AreaLevel(row[1]), name=row[2], parent_id=row[3], aliases=_list(row[4]), code=row[5],
        code_year=row[6], walk_order=row[7] or 0,
    )  # fmt: skip
