"""The answers of made-up checks: mostly in order, some with the hazards that are found in old kitchens.

Which questions there are is the catalog's business. A hazard here names a question and a choice; one that the catalog
no longer has is an error that a test reports, not a silent gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from casework.domain.check import Answer, AnswerState

CHECKLISTS = {
    "lpg": "lpg_cylinder",
    "gas": "pipeline_gas",
    "fire": "fire_electricity",
    "elder": "elderly_home",
    "manhole": "manhole",
    "spot": "waterlogging",
}
"""The kinds of checks in the history, and the checklists of the catalog."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hazard: the question, the value that shows it, and how it was fixed on the spot, if it was."""

    question: str
    value: str | float
    fixed: tuple[str, str] | None = None


ALL_WELL = {"lpg": 0.48, "gas": 0.8, "fire": 0.7, "elder": 0.74, "manhole": 1.0, "spot": 1.0}
"""The share of checks without a hazard. Chizhou found hazards in 26 of 39 bottled-gas homes (DOMAIN 2.1)."""

HAZARDS: dict[str, tuple[tuple[Found, ...], ...]] = {
    "lpg": (
        (Found("hose_kind", "rubber", ("当场换金属波纹管", "changed for a metal hose on the spot")),),
        (Found("hose_kind", "rubber"),),
        (Found("stove_distance_m", 0.3, ("气瓶移开，量得 0.8 米", "cylinder moved, 0.8 m measured")),),
        (Found("hose_clamps", "fail", ("加装管箍一只", "one clamp added")),),
        (Found("inspection_valid", "fail"),),
        (Found("cylinder_in_open", "fail", ("气瓶搬出柜子", "cylinder taken out of the cupboard")),),
        (Found("flame_failure", "fail"),),
        (
            Found("hose_length_m", 2.6, ("剪短重接，1.6 米", "shortened to 1.6 m")),
            Found("hose_clamps", "fail", ("两端加管箍", "clamps put on both ends")),
        ),
        (Found("ventilation", "fail"),),
    ),
    "gas": (
        (Found("hose_kind", "rubber"),),
        (Found("stove_in_life", "fail"),),
        (Found("pipe_not_loaded", "fail", ("取下挂在管上的衣架", "hangers taken off the pipe")),),
        (Found("flame_failure", "fail"),),
    ),
    "fire": (
        (Found("sockets_not_overloaded", "fail", ("插线板分开插", "plugs shared out between sockets")),),
        (Found("stairs_clear", "fail", ("纸箱当场清走", "boxes cleared away")),),
        (Found("wires_sound", "fail"),),
    ),
    "elder": (
        (Found("bathroom_safe", "fail"),),
        (Found("floor_safe", "fail", ("地垫收起", "rug rolled up")),),
        (Found("light_enough", "fail"),),
        (Found("smoke_alarm", "fail"),),
    ),
    "manhole": (),
    "spot": (),
}

LEAK = (Found("soap_leak_test", "bubbles"), Found("seal", "fail"))
IN_A_TOWER = (Found("place_allowed", "fail"),)

MEASURED: dict[str, tuple[float, float]] = {
    "stove_distance_m": (0.6, 1.4),
    "hose_length_m": (0.9, 1.8),
    "height_difference_mm": (0.2, 2.4),
    "heater_distance_m": (1.1, 2.5),
    "threshold_mm": (2.0, 14.0),
}
"""Values in order, from and to, of the measured questions that must be answered."""

WATER = ("water_depth_cm", "water_length_m", "water_time_min")
"""What is measured at a waterlogging spot."""

MAKER = ("江城阀门厂（虚构）", "Jiangcheng Valve Works (invented)")
BATCHES = (("A", 61), ("B", 12))
"""The two batches of valves that the campaign fitted: letter, days before the campaign they were made."""


def found_in(kind: str, data: dict[str, Any]) -> tuple[Found, ...]:
    """The hazards of one check, from the draws that its fact carries."""
    if data.get("leak"):
        return LEAK
    if data.get("tower"):
        return IN_A_TOWER
    if data["draw"] < ALL_WELL[kind] or not HAZARDS[kind]:
        return ()
    return HAZARDS[kind][int(data["pick"] * len(HAZARDS[kind]))]


def left_open(kind: str, data: dict[str, Any]) -> bool:
    """Whether a check leaves a follow-up."""
    return any(found.fixed is None for found in found_in(kind, data)) or data.get("height", 0.0) >= 3.0


def values(kind: str, data: dict[str, Any], latin: bool, campaign_from: date) -> dict[str, Answer]:
    """The answers that are not simply *in order*; the others are filled in by the checklist itself."""
    given: dict[str, Answer] = {}
    share = data["draw"] * 7.0 % 1.0
    for name, (low, high) in MEASURED.items():
        digits = 0 if name.endswith("_mm") and name != "height_difference_mm" else 1
        given[name] = Answer(AnswerState.PASS, round(low + (high - low) * share, digits))
    if "height" in data:
        given["height_difference_mm"] = Answer(AnswerState.PASS, data["height"])
    for name, value in zip(WATER, data.get("water", ()), strict=False):
        given[name] = Answer(AnswerState.PASS, value)
    for found in found_in(kind, data):
        state = AnswerState.FAIL if found.fixed is None else AnswerState.FIXED_ON_SPOT
        given[found.question] = Answer(state, found.value, found.fixed[latin] if found.fixed else "")
    if "valve" in data:
        letter, days = BATCHES[data["valve"] > 1]
        made_on = campaign_from - timedelta(days=days)
        device: dict[str, str | float] = {
            "valve_fitted": "yes",
            "valve_fitted_maker": MAKER[latin],
            "valve_fitted_model": "JYT-0.6Z",
            "valve_fitted_batch": f"ZB{made_on:%y%m}{letter}",
            "valve_fitted_made_on": made_on.isoformat(),
            "valve_fitted_life_months": 60.0,
        }
        given |= {name: Answer(AnswerState.PASS, value) for name, value in device.items()}
    return given
