"""The words for what the domain counts in (outcomes, statuses, levels): message ids for
`casework.language._`."""

from __future__ import annotations

from casework.casebook.views import DoorState
from casework.domain.check import AnswerState, HazardLevel
from casework.domain.due import DueStatus
from casework.domain.household import Fuel, Tenure
from casework.domain.phrase import N_
from casework.domain.resident import LifeState, ResidenceState, RiskLevel, Sex
from casework.domain.visit import Outcome
from casework.domain.workname import due_name as due_name

DUE_STATUSES = {
    DueStatus.UPCOMING: N_("upcoming"),
    DueStatus.DUE: N_("due"),
    DueStatus.OVERDUE: N_("overdue"),
    DueStatus.MISSED: N_("missed, still completable"),
}

OUTCOMES = {
    Outcome.COMPLETED: N_("Met, all done"),
    Outcome.PARTIAL: N_("Met, partly done"),
    Outcome.PHONE_CONTACT: N_("Reached by phone"),
    Outcome.NO_ANSWER: N_("No answer"),
    Outcome.REFUSED: N_("Refused"),
    Outcome.MOVED_AWAY: N_("Moved away"),
    Outcome.DECEASED: N_("Deceased"),
    Outcome.HOSPITALISED: N_("In hospital"),
    Outcome.AWAY_TEMPORARILY: N_("Away for a time"),
    Outcome.ADDRESS_NOT_FOUND: N_("Address not found"),
    Outcome.UNSAFE_TO_ENTER: N_("Not safe to enter"),
    Outcome.NOT_ATTEMPTED: N_("Not attempted"),
}

RISKS = {
    RiskLevel.RED: N_("risk: red"),
    RiskLevel.YELLOW: N_("risk: yellow"),
    RiskLevel.GREEN: N_("risk: green"),
}

LIFE_STATES = {
    LifeState.LIVING_HERE: N_("living here"),
    LifeState.AWAY: N_("away"),
    LifeState.HOSPITALISED: N_("in hospital"),
    LifeState.MOVED_AWAY: N_("moved away"),
    LifeState.DECEASED: N_("deceased"),
}

FUELS = {
    Fuel.PIPELINE_GAS: N_("pipeline gas"),
    Fuel.LPG_CYLINDER: N_("bottled LPG"),
    Fuel.ELECTRIC: N_("electric"),
    Fuel.UNKNOWN: N_("fuel not known"),
}

TENURES = {
    Tenure.OWNED: N_("own"),
    Tenure.RENTED: N_("rented"),
    Tenure.PUBLIC_RENT: N_("public rental"),
    Tenure.UNKNOWN: N_("not known"),
}

SEXES = {Sex.FEMALE: N_("female"), Sex.MALE: N_("male"), Sex.UNKNOWN: N_("not known")}

RESIDENCES = {
    ResidenceState.REGISTERED_AND_RESIDENT: N_("registered and living here"),
    ResidenceState.REGISTERED_NOT_RESIDENT: N_("registered here, living elsewhere"),
    ResidenceState.RESIDENT_NOT_REGISTERED: N_("living here, registered elsewhere"),
}

DOOR_STATES = {
    DoorState.URGENT: N_("urgent"),
    DoorState.HAZARD: N_("hazard"),
    DoorState.NOBODY_HOME: N_("nobody home"),
    DoorState.OVERDUE: N_("overdue"),
    DoorState.DUE: N_("due"),
    DoorState.DONE: N_("done"),
    DoorState.NOTHING: N_("nothing due"),
}

DOOR_MARKS = {
    DoorState.URGENT: ("urgent", "urgent"),
    DoorState.HAZARD: ("hazard", "hazard"),
    DoorState.NOBODY_HOME: ("away", "away"),
    DoorState.OVERDUE: ("overdue", "overdue"),
    DoorState.DUE: ("due", "due"),
    DoorState.DONE: ("done", "done"),
    DoorState.NOTHING: ("not_due", "muted"),
}
"""Mark and tone of each state of a door."""

ANSWER_STATES = {
    AnswerState.PASS: N_("in order"),
    AnswerState.FAIL: N_("not in order"),
    AnswerState.FIXED_ON_SPOT: N_("fixed on the spot"),
    AnswerState.NOT_APPLICABLE: N_("not applicable"),
    AnswerState.COULD_NOT_CHECK: N_("could not check"),
    AnswerState.DECLINED: N_("declined"),
}

ANSWER_MARKS = {
    AnswerState.PASS: ("done", "done"),
    AnswerState.FAIL: ("hazard", "hazard"),
    AnswerState.FIXED_ON_SPOT: ("fixed", "accent"),
    AnswerState.NOT_APPLICABLE: ("not_applicable", "muted"),
    AnswerState.COULD_NOT_CHECK: ("could_not", "away"),
    AnswerState.DECLINED: ("declined", "overdue"),
}
"""Mark and tone of each answer: what was not checked never looks like what is in order."""

HAZARD_LEVELS = {
    HazardLevel.CRITICAL: N_("Critical: stop using it now"),
    HazardLevel.MUST_FIX: N_("Must be put right by a date"),
    HazardLevel.NOTE: N_("To be pointed out"),
}
