"""Campaigns from the catalog: `campaigns/*.toml`, and after them the `campaigns` folder of the user's catalog.

How to add a campaign
=====================

Put a file `NAME.toml` into the `campaigns` folder of the folder that the environment variable `CASEWORK_CATALOG` names.
A file with the name of a shipped one replaces it. No code is needed. A file with a mistake is refused with file, key and
reason. A campaign that runs keeps the rule with which it was started, until it is changed to a newer one::

    name = "valve"                         # that of the file
    version = "2026.1"
    label = { zh = "…", en = "…" }
    text = { zh = "…", en = "…" }          # what it is about, in a sentence or two
    subject = "household"                  # household, resident, place, counter
    source = "where the rule is from"
    effective = 2026-01-01
    goal = 1400                            # how many; all who are eligible where left out
    starts = "01-01"                       # the day of the year from which on counts; the day of the start if left out
    deadline = "06-30"
    lead = "…"                             # who answers for it, in words
    sponsor = "emergency_management"           # a key of departments.toml, as is `funder`
    funder = "emergency_management"
    budget_per_door = 60.0                 # yuan
    unit = { zh = "户", en = "flats" }     # what a counter counts

    [when]                                 # for whom: as in schedule.toml; everyone where left out
    age_at_least = 65
    fuel = "lpg_cylinder"

    [[done]]                               # what counts as done; one of several is enough
    answer = { checklist = "lpg_cylinder", question = "valve_fitted", is = ["yes"] }
    [[done]]
    check = "waterlogging"                 # filled, with no hazard left
    last = true                            # the last one decides: a later one that is not in order opens it again
    [[done]]
    visit = { outcome = ["completed"], modes = ["door"], times = 2, apart_days = 90 }
    [[done]]
    followup = "gas_safety"                # one of this category closed as put right
    [[done]]
    device = "self_closing_regulator"      # one is fitted
    earlier = true                         # also where it was so before the start

    [recheck]                              # looked at again (回头看)
    after_days = 30
    share = 0.1                            # of a tenth, drawn by `seed`
    seed = 1
    after_spell = "rain_storm"                   # and after each spell of that kind
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from casework.catalog import shelf
from casework.domain.campaign import CampaignSubject, Definition, Recheck, Way, WayKind
from casework.domain.check import AnswerState
from casework.domain.condition import read
from casework.domain.eligibility import ABOUT_PEOPLE, words_of
from casework.domain.phrase import Label
from casework.domain.visit import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from casework.domain.condition import Condition

_ASKS = {
    CampaignSubject.RESIDENT: ABOUT_PEOPLE | {"fuel", "tenure", "area"},
    CampaignSubject.HOUSEHOLD: ABOUT_PEOPLE | {"fuel", "tenure", "area", "somebody"},
    CampaignSubject.PLACE: frozenset({"kind", "area"}),
    CampaignSubject.COUNTER: frozenset(),
}


def names() -> tuple[str, ...]:
    """The keys of all campaigns, shipped and the user's, in alphabetical order; the files are not read."""
    return tuple(sorted(_files()))


def body(key: str) -> dict[str, Any]:
    """A campaign's file, checked, in the form in which a started campaign keeps it.

    Raises:
        CatalogError: the file has a mistake or cannot be read.
        KeyError: there is no such campaign.
    """
    return _read(_files()[key])


def load(key: str) -> Definition:
    """A campaign of the catalog, ready to be asked.

    Raises:
        CatalogError: the file has a mistake or cannot be read.
        KeyError: there is no such campaign.
    """
    return definition(body(key))


def mistakes() -> tuple[shelf.CatalogError, ...]:
    """What is wrong with the files: one error for each that is refused."""
    found = []
    for key in names():
        try:
            load(key)
        except shelf.CatalogError as error:
            found.append(error)
    return tuple(found)


def definition(kept: Mapping[str, Any]) -> Definition:
    """A campaign from the form in which it is kept (`body`); nothing is checked again."""
    condition = read(kept.get("when", {}))
    recheck = kept.get("recheck")
    return Definition(
        key=kept["name"],
        version=kept["version"],
        label=Label(**kept["label"]),
        text=Label(**kept["text"]),
        subject=CampaignSubject(kept["subject"]),
        condition=condition,
        ways=tuple(_way(one) for one in kept.get("done", ())),
        recheck=Recheck(**recheck) if recheck else None,
        goal=kept.get("goal"),
        starts=kept.get("starts", ""),
        deadline=kept.get("deadline", ""),
        lead=kept.get("lead", ""),
        sponsor=kept.get("sponsor", ""),
        funder=kept.get("funder", ""),
        budget_per_door=kept.get("budget_per_door"),
        unit=Label(**kept["unit"]) if "unit" in kept else None,
        source=kept["source"],
        names=_names(condition),
        risk=shelf.risk_weights() if "risk" in condition.asks else None,
    )


def _way(kept: Mapping[str, Any]) -> Way:
    common = {"last": kept.get("last", False), "earlier": kept.get("earlier", False)}
    if "answer" in kept:
        said = kept["answer"]
        words = frozenset(said["is"])
        return Way(WayKind.ANSWER, checklist=said["checklist"], question=said["question"], words=words, **common)
    if "check" in kept:
        return Way(WayKind.CHECK, checklist=kept["check"], **common)
    if "visit" in kept:
        said = kept["visit"]
        return Way(
            WayKind.VISIT, words=frozenset(said["outcome"]), modes=frozenset(map(Mode, said["modes"])),
            times=said["times"], apart_days=said["apart_days"], **common,
        )  # fmt: skip
    if "followup" in kept:
        return Way(WayKind.FOLLOWUP, category=kept["followup"], **common)
    return Way(WayKind.DEVICE, device=kept["device"], **common)


def _names(condition: Condition) -> dict[str, Label]:
    found = {f"refusal:{key}": one.label for key, one in shelf.refusal_reasons().items()}
    kinds: dict[str, Mapping[str, Any]] = {"tag": shelf.tags(), "kind": shelf.place_kinds()}
    for key, word in words_of(condition):
        known = kinds.get(key, {}).get(word)
        if known is not None:
            found[f"{key}:{word}"] = known.label
    return found


# --- files -----------------------------------------------------------------------------------------------


def _files() -> dict[str, Path]:
    folders = [shelf.HERE, own] if (own := shelf.own_folder()) else [shelf.HERE]
    return {path.stem: path for folder in folders for path in folder.glob("campaigns/*.toml")}


def _read(path: Path) -> dict[str, Any]:
    try:
        stat = path.stat()
    except OSError as error:
        raise shelf.CatalogError(path.name, "-", error.strerror or "") from None
    return _checked(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _checked(path: Path, _changed: int, _size: int) -> dict[str, Any]:
    import tomllib

    from casework.catalog.campaignshape import CampaignError, validated

    try:
        kept = validated(tomllib.loads(path.read_text(encoding="utf-8-sig")))
        if kept["name"] != path.stem:
            raise CampaignError(f"name: {kept['name']!r} is not that of the file")
        for wrong in _mistakes(kept):
            raise CampaignError(wrong)
        definition(kept)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise shelf.CatalogError(path.name, "-", str(error)) from None
    except ValueError as error:
        # A mistake of ours, or a condition that cannot be read: both begin with the key.
        where, _colon, why = str(error).partition(": ")
        raise shelf.CatalogError(path.name, where, why) from None
    return kept


def _mistakes(kept: Mapping[str, Any]) -> Iterator[str]:
    """What no shape can say: words that the other files of the catalog do not have."""
    from datetime import date

    subject = CampaignSubject(kept["subject"])
    condition = read(kept.get("when", {}))
    for key in sorted(condition.asks - _ASKS[subject]):
        yield f"when.{key}: a campaign about a {subject.value} cannot ask for it"
    for key, word in words_of(condition):
        known = {"tag": shelf.tags(), "kind": shelf.place_kinds()}.get(key)
        if known is not None and word not in known:
            yield f"when.{key}: there is no {word!r} in the catalog"
    for key in ("sponsor", "funder"):
        if kept.get(key) and kept[key] not in shelf.departments():
            yield f"{key}: there is no {kept[key]!r} in departments.toml"
    for key in ("starts", "deadline"):
        if kept.get(key):
            try:
                date.fromisoformat(f"2028-{kept[key]}")
            except ValueError:
                yield f"{key}: there is no such day"
    spell = kept.get("recheck", {}).get("after_spell")
    if spell and spell not in shelf.spell_kinds():
        yield f"recheck.after_spell: there is no {spell!r} in spells.toml"
    for n, way in enumerate(kept.get("done", ())):
        yield from (f"done.{n}.{wrong}" for wrong in _wrong_way(way, subject))


def _wrong_way(way: Mapping[str, Any], subject: CampaignSubject) -> Iterator[str]:
    if "visit" in way and subject is CampaignSubject.PLACE:
        yield "visit: a place is checked, not visited"
    if "followup" in way and way["followup"] not in shelf.categories():
        yield f"followup: there is no {way['followup']!r} in categories.toml"
    if "device" in way and way["device"] not in shelf.device_kinds():
        yield f"device: there is no {way['device']!r} in devices.toml"
    checklist = way.get("check") or way.get("answer", {}).get("checklist")
    if not checklist:
        return
    from casework.catalog import checks

    if checklist not in checks.names():
        yield f"checklist: there is no checklist {checklist!r}"
        return
    if "answer" in way:
        said = way["answer"]
        try:
            question = checks.load(checklist).question(said["question"])
        except KeyError:
            yield f"answer.question: {checklist} has no question {said['question']!r}"
            return
        words = {choice.name for choice in question.choices} | {state.value for state in AnswerState}
        for word in said["is"]:
            if question.choices and word not in words:
                yield f"answer.is: {said['question']} has no choice {word!r}"


shelf.remembered(_checked)
