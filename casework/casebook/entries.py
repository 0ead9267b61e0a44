"""Entries: what a person or a script hands in, validated once, here.

Pydantic models; imported by functions only, since the first screen does without them. A field that breaks its rule
raises `pydantic.ValidationError`; `problems` says it in sentences for people.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from casework.domain.area import AreaLevel
from casework.domain.check import AnswerState, SubjectKind
from casework.domain.evidence import EvidenceSubject
from casework.domain.household import Fuel, Tenure
from casework.domain.phrase import N_, Phrase
from casework.domain.resident import LastSeenSource, LifeState, ResidenceState, RiskLevel, Sex
from casework.domain.visit import MET, Mode, Outcome, RefusalReason
from casework.domain.visiting import needs_reason
from casework.domain.worker import Role

LONGEST_NOTE = 20_000
"""Characters in a free text. A longer one is refused with a sentence, never cut."""

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NOTE)]
NeededWords = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NOTE)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
NeededLine = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Entry(BaseModel):
    """What all entries share: unknown fields are refused, not dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_enum_values=False)


class FileEntry(Entry):
    """A photo or file that lies in the casebook already: `blob` and `original` are the SHA-256 of what is kept and of
    what was handed in; `part` is the question of a check that it belongs to.
    """

    blob: Digest
    original: Digest
    name: NeededLine
    words: Words = ""
    taken_at: datetime | None = None
    part: Line = ""


class AttachEntry(Entry):
    """Photos and files to stand behind a record that is there."""

    subject_kind: EvidenceSubject
    subject_id: Id
    files: Annotated[tuple[FileEntry, ...], Field(min_length=1)]


class VisitEntry(Entry):
    """A visit. `happened_at` is None for now. Details are impossible for an outcome that met nobody; a refusal has
    its reason.
    """

    household_id: Id
    outcome: Outcome
    mode: Mode = Mode.DOOR
    happened_at: datetime | None = None
    met: tuple[Id, ...] = ()
    about: tuple[Id, ...] = ()
    topics: tuple[str, ...] = ()
    note: Words = ""
    concern: Words = ""
    next_visit_on: date | None = None
    refusal_reason: RefusalReason | None = Field(default=None, validate_default=True)
    files: tuple[FileEntry, ...] = ()

    @field_validator("refusal_reason")
    @classmethod
    def _a_refusal_has_its_reason(cls, reason: RefusalReason | None, info: ValidationInfo) -> RefusalReason | None:
        outcome = info.data.get("outcome")
        if outcome is not None and needs_reason(outcome) is not (reason is not None):
            if reason is None:
                raise ValueError(N_("Say why it was refused."))
            raise ValueError(N_("A reason for a refusal goes with a refusal only."))
        return reason

    @model_validator(mode="after")
    def _details_need_somebody(self) -> VisitEntry:
        if self.outcome not in MET and (self.met or self.topics):
            raise ValueError(N_("Nobody was met: who was met and what was talked about stay empty."))
        return self


class AnswerEntry(Entry):
    """One answer of a checklist."""

    state: AnswerState
    value: str | float | None = None
    evidence: Line = ""
    note: Words = ""

    @model_validator(mode="after")
    def _fixed_needs_evidence(self) -> AnswerEntry:
        if self.state is AnswerState.FIXED_ON_SPOT and not self.evidence:
            raise ValueError(N_("Fixed on the spot needs a word of evidence: what was done."))
        return self


class DeviceEntry(Entry):
    """A fitted device."""

    kind: NeededLine
    household_id: Id | None = None
    kitchen_id: Id | None = None
    place_id: Id | None = None
    maker: Line = ""
    model: Line = ""
    batch: Line = ""
    made_on: date | None = None
    fitted_on: date | None = None
    life_months: Annotated[int, Field(gt=0, le=600)] | None = None
    note: Words = ""


class FollowupSeed(Entry):
    """How a hazard's follow-up shall be opened, where the worker changed what the checklist proposes."""

    owner_kind: str | None = None
    owner: str | None = None
    due_on: date | None = None
    note: Words = ""


class CheckEntry(Entry):
    """A filled checklist. `followups` overrides, per question, what the checklist proposes for its hazard."""

    checklist: NeededLine
    version: NeededLine
    subject_kind: SubjectKind
    subject_id: Id
    household_id: Id | None = None
    happened_at: datetime | None = None
    answers: dict[str, AnswerEntry]
    devices: tuple[DeviceEntry, ...] = ()
    followups: dict[str, FollowupSeed] = {}
    note: Words = ""
    files: tuple[FileEntry, ...] = ()


class LeakFact(Entry):
    """One thing that happened at a leak, at its own time: the valve shut with consent, the supplier asked."""

    at: datetime
    words: NeededLine


class LeakEntry(Entry):
    """A gas leak, typed when everyone is outside. `check` is the check that found it, as far as it was filled."""

    household_id: Id
    noticed_at: datetime
    facts: tuple[LeakFact, ...] = ()
    note: Words = ""
    check: CheckEntry | None = None


class FollowupEntry(Entry):
    """A case to open: about a household, a place, a stair or building, or an address in words; with what was seen or
    promised. Where nothing else is said its category gives owner, severity and limit.

    `reported` takes it down only: it stays with who opened it until it is assigned. `funder` is a department's key or
    words, needed where the category is not on the community's own list. `repeat_of` is an earlier case about the same
    problem; `different_because` says why one that looks like it is not. `source` says where it came from (hotline,
    import), `extra` keeps what came with it that has no field. `due_at` is a deadline to the minute.
    """

    category: NeededLine
    title: NeededLine
    household_id: Id | None = None
    place_id: Id | None = None
    building_id: Id | None = None
    unit: Line = ""
    address: Line = ""
    resident_id: Id | None = None
    severity: str | None = None
    owner_kind: str | None = None
    owner: str | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    next_action_on: date | None = None
    happened_at: datetime | None = None
    note: Words = ""
    reported: bool = False
    reported_by: Line = ""
    reported_phone: Line = ""
    funder: Line = ""
    repeat_of: Id | None = None
    different_because: Line = ""
    source: Line = ""
    official_number: Line = ""
    extra: dict[str, Any] = {}

    @model_validator(mode="after")
    def _about_something(self) -> FollowupEntry:
        if not (self.household_id or self.place_id or self.building_id or self.address):
            raise ValueError(N_("A follow-up is about a household, a place, a building or an address."))
        return self


class NoteEntry(Entry):
    """A note on a case's timeline; `next_action_on` moves the next step."""

    followup_id: Id
    note: NeededWords
    next_action_on: date | None = None


class AssignEntry(Entry):
    """A case handed to a worker or a department."""

    followup_id: Id
    owner_kind: NeededLine
    owner: NeededLine
    next_action_on: date | None = None
    due_on: date | None = None
    note: Words = ""


class CloseEntry(Entry):
    """The end of a case: one of the closing states, with the result in words.

    *Closed unverified* needs a supervisor: `approved_by` names who decided, unless the worker is one. A duplicate
    names the case of which it is one, by `duplicate_of` or by its number in the words. `done_by` is who put it right.
    """

    followup_id: Id
    end: NeededLine = "closed_verified"
    result: NeededWords
    approved_by: Line = ""
    duplicate_of: Id | None = None
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None
    done_by_kind: str | None = None
    done_by: Line = ""


class ReopenEntry(Entry):
    """A closed case taken up again; words required."""

    followup_id: Id
    note: NeededWords
    next_action_on: date | None = None


class AreaEntry(Entry):
    """An area of the tree. Without a `walk_order` it comes after those that its parent holds. With `in_own_community`
    its parent, where none is named, is the community of the casebook.
    """

    level: AreaLevel
    name: NeededLine
    parent_id: Id | None = None
    in_own_community: bool = False
    aliases: tuple[Line, ...] = ()
    code: Line | None = None
    code_year: int | None = None
    walk_order: int | None = None


class HouseholdEntry(Entry):
    """A door added by hand. Grid, address and short form follow from the building and the parts where they are not
    given; the place on the walk, from the doors beside it. `shares_with` are doors that it shares a kitchen with.
    """

    building_id: Id
    grid_id: Id | None = None
    address: Line = ""
    short: Line = ""
    unit: Line = ""
    floor: int | None = None
    room: Line = ""
    walk_order: int | None = None
    fuel: Fuel = Fuel.UNKNOWN
    tenure: Tenure = Tenure.UNKNOWN
    phone: Line = ""
    kitchen_id: Id | None = None
    shares_with: tuple[Id, ...] = ()
    cautions: tuple[str, ...] = ()
    note: Words = ""


class TagPart(Entry):
    """A welfare tag as it stands on the sheet of a person: since when, and where that is from."""

    tag: NeededLine
    since: date | None = None
    source: Line = ""


class ContactPart(Entry):
    """An emergency contact as it stands on the sheet of a person."""

    name: NeededLine
    relation: Line = ""
    phone: Line = ""


class ConsentPart(Entry):
    """What a resident agreed to, for one purpose (PIPL 13-16)."""

    purpose: NeededLine
    basis: NeededLine = "consent"
    given: bool
    how: Line = ""
    text_version: Line = ""
    given_on: date | None = None
    withdrawn_on: date | None = None


class ResidentEntry(Entry):
    """A person added by hand, with what is known from the start. The ID number is checked and gives birth date and sex;
    a relation that means the head of the household makes the person that.
    """

    household_id: Id
    name: NeededLine
    sex: Sex = Sex.UNKNOWN
    born: date | None = None
    citizen_id: Line = ""
    phone: Line = ""
    phone_note: Line = ""
    relation: Line = ""
    head: bool = False
    residence_state: ResidenceState = ResidenceState.REGISTERED_AND_RESIDENT
    note: Words = ""
    tags: tuple[TagPart, ...] = ()
    contacts: tuple[ContactPart, ...] = ()
    consents: tuple[ConsentPart, ...] = ()


class EditEntry(Entry):
    """New values for some fields of a record; what is not named stays."""

    id: Id
    values: dict[str, Any]


class TagEntry(TagPart):
    """A welfare tag, dated, with its source."""

    resident_id: Id
    until: date | None = None


class ContactEntry(ContactPart):
    """An emergency contact."""

    resident_id: Id


class ConsentEntry(ConsentPart):
    """What a resident agreed to, for one purpose (PIPL 13-16)."""

    resident_id: Id


class LastSeenEntry(Entry):
    """Who saw the person last, and when."""

    resident_id: Id
    on: date
    by: LastSeenSource


class RiskEntry(Entry):
    """A risk level set by hand, with words; None goes back to the suggestion."""

    resident_id: Id
    level: RiskLevel | None
    reason: NeededLine


class LifeStateEntry(Entry):
    """A change in whether the person is to be visited here."""

    resident_id: Id
    state: LifeState
    on: date | None = None


class PlaceEntry(Entry):
    """A place outdoors. Without a `walk_order` it comes after those of its grid."""

    grid_id: Id
    kind: NeededLine
    name: NeededLine
    address: Line = ""
    number: Line = ""
    walk_order: int | None = None
    note: Words = ""


class WorkerEntry(Entry):
    """Somebody who logs."""

    name: NeededLine
    role: Role = Role.GRID_WORKER
    phone: Line = ""


def problems(error: ValidationError) -> tuple[tuple[str, Phrase], ...]:
    """A validation error as (field, sentence) pairs. The value itself is never repeated."""
    said: list[tuple[str, Phrase]] = []
    for item in error.errors(include_input=False, include_url=False):
        field = ".".join(str(part) for part in item["loc"])
        match item["type"]:
            case "value_error":
                said.append((field, Phrase(str(item["ctx"]["error"]))))
            case "string_too_short" | "missing":
                said.append((field, Phrase(N_("This must not be empty."))))
            case "string_too_long":
                limit = item["ctx"]["max_length"]
                said.append((field, Phrase(N_("This is too long: at most {n} characters."), {"n": limit})))
            case "extra_forbidden":
                said.append((field, Phrase(N_("There is no such field."))))
            case _:
                said.append((field, Phrase(N_("This value cannot be used here."))))
    return tuple(said)
