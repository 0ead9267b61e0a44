"""The shelf: what the work is, as data. Plain TOML, read once; nothing here is checked at run time that a
test checks.

A folder of the user's, named by the environment variable CASEWORK_CATALOG, is read after the files of the
package: an entry with a new key is added, one with a known key replaces it whole. `forget()` reads all anew.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from casework.domain import masking
from casework.domain.phrase import N_, Label, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from casework.domain.evidence import Kind
    from casework.domain.risk import RiskWeights
    from casework.domain.schedule_rules import ScheduleRules
    from casework.domain.season import Season

HERE = Path(__file__).parent
T = TypeVar("T")


class CatalogError(Exception):
    """A catalog file that cannot be used. `phrase` says which file, which entry and why, for the user."""

    def __init__(self, file: str, entry: str, why: str) -> None:
        super().__init__(f"{file}: {entry}: {why}")
        self.phrase = Phrase(
            N_("The catalog file {file} has a mistake in {entry}: {why}"),
            {"file": file, "entry": entry, "why": why},
        )


def own_folder() -> Path | None:
    """The user's own catalog folder, where one is named and there is one."""
    named = os.environ.get("CASEWORK_CATALOG", "")
    folder = Path(named) if named else None
    return folder if folder is not None and folder.is_dir() else None


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise CatalogError(path.name, "-", str(error)) from error


@lru_cache(maxsize=64)
def table(name: str) -> Mapping[str, Any]:
    """A catalog file as it stands, the user's own entries included.

    Raises:
        CatalogError: the file cannot be read as TOML.
    """
    return {**_read(HERE / f"{name}.toml"), **own_table(name)}


def own_table(name: str) -> Mapping[str, Any]:
    """What the user's own folder says in a file of that name; nothing where there is none.

    Raises:
        CatalogError: the file cannot be read as TOML.
    """
    folder = own_folder()
    if folder is None or not (folder / f"{name}.toml").is_file():
        return {}
    return _read(folder / f"{name}.toml")


def forget() -> None:
    """Read all anew: the user's folder or one of its files has changed."""
    for cached in _CACHED:
        cached.cache_clear()


def remembered(cached: Any) -> None:
    """Have `forget` forget what another loader has made of the files."""
    _CACHED.append(cached)


def label(entry: Mapping[str, Any]) -> Label:
    """The name of an entry in both languages."""
    return Label(entry["label"]["zh"], entry["label"]["en"])


def entries(name: str, make: Callable[[str, Mapping[str, Any]], T]) -> Mapping[str, T]:
    """The entries of a file, each made into what it stands for.

    Raises:
        CatalogError: an entry lacks something, or has what cannot be used.
    """
    made: dict[str, T] = {}
    for key, entry in table(name).items():
        try:
            made[key] = make(key, entry)
        except CatalogError:
            raise
        except KeyError as error:
            raise CatalogError(f"{name}.toml", key, f"{error.args[0]} is missing") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise CatalogError(f"{name}.toml", key, str(error)) from error
    return made


@dataclass(frozen=True, slots=True)
class TagKind:
    """A welfare tag of the closed list. `weight` is in points of the risk level; a `sensitive` one (finances, health,
    family loss) is named only when it is revealed.
    """

    key: str
    label: Label
    aliases: tuple[str, ...]
    sensitive: bool
    special_difficulty: bool
    weight: int


@lru_cache(maxsize=1)
def tags() -> Mapping[str, TagKind]:
    """The closed list of welfare tags, by key."""
    return entries(
        "tags",
        lambda key, entry: TagKind(
            key,
            label(entry),
            tuple(entry["aliases"]),
            entry["sensitive"],
            entry["special_difficulty"],
            entry["weight"],
        ),
    )


def tag_names(held: Iterable[str], *, in_full: bool = False) -> tuple[Label | Phrase, ...]:
    """How welfare tags are called, for a screen or a sheet; unless `in_full`, sensitive ones are counted, not named."""
    kinds = tags()
    known = [tag for tag in held if tag in kinds]
    hidden = () if in_full else [key for key, kind in kinds.items() if kind.sensitive]
    named, count = masking.tags(known, hidden)
    words: list[Label | Phrase] = [kinds[tag].label for tag in named]
    return (*words, masking.masked_tags(count)) if count else tuple(words)


@dataclass(frozen=True, slots=True)
class Department:
    """A department or party that may own a follow-up. `outside` ones are not part of the community itself. `needs`
    are the fields that its hand-off sheets tell beyond those for everyone.
    """

    key: str
    label: Label
    outside: bool
    phone: str = ""
    needs: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def departments() -> Mapping[str, Department]:
    """Departments and parties, by key."""
    return entries(
        "departments",
        lambda key, entry: Department(
            key, label(entry), entry["outside"], entry.get("phone", ""), tuple(entry.get("needs", ()))
        ),
    )


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of follow-up. `days` is the limit in working days; where `hours` is set, the clock runs on
    without a pause.

    `admitted`: on the community's own list of duties (准入清单); `funder` is who funds it where it is
    not (费随事转). `code` is the class of the digitised-city-management list where one fits: a lead and
    no official number. `repeats`: within what (a word of `Relation`) another report of this kind is taken for the
    same problem without asking; empty for never. `needs` are fields of its hand-off sheets beyond those for everyone.
    """

    key: str
    label: Label
    department: str
    severity: str
    days: int
    admitted: bool
    hours: int | None = None
    funder: str = ""
    code: str = ""
    evidence: Label | None = None
    repeats: str = ""
    needs: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def categories() -> Mapping[str, Category]:
    """Categories of follow-ups, by key."""
    return entries("categories", _category)


def _category(key: str, entry: Mapping[str, Any]) -> Category:
    evidence = entry.get("evidence")
    return Category(
        key=key,
        label=label(entry),
        department=entry["department"],
        severity=entry["severity"],
        days=entry["working_days"],
        admitted=entry["admitted"],
        hours=entry.get("hours"),
        funder=entry.get("funder", ""),
        code=entry.get("code", ""),
        evidence=Label(evidence["zh"], evidence["en"]) if evidence else None,
        repeats=entry.get("repeats", ""),
        needs=tuple(entry.get("needs", ())),
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """A name with the key that chooses it on a sheet. `group` sorts long lists."""

    key: str
    label: Label
    letter: str = ""
    group: str = ""


def _choice(key: str, entry: Mapping[str, Any]) -> Choice:
    return Choice(key, label(entry), entry.get("letter", ""), entry.get("group", ""))


@lru_cache(maxsize=1)
def topics() -> Mapping[str, Choice]:
    """What is talked about on a visit, by key."""
    return entries("topics", _choice)


@lru_cache(maxsize=1)
def outcomes() -> Mapping[str, Choice]:
    """The outcomes of a visit, by the words of `Outcome`; `group` is `met` or `not_met`. What an outcome
    allows is in `domain.visiting`."""
    return entries("outcomes", _choice)


@lru_cache(maxsize=1)
def refusal_reasons() -> Mapping[str, Choice]:
    """Why a visit was refused, by the words of `RefusalReason`."""
    return entries("refusal_reasons", _choice)


@lru_cache(maxsize=1)
def modes() -> Mapping[str, Choice]:
    """How contact was made, by the words of `Mode`."""
    return entries("modes", _choice)


@lru_cache(maxsize=1)
def place_kinds() -> Mapping[str, Choice]:
    """Kinds of places outdoors, by key."""
    return entries("places", _choice)


@dataclass(frozen=True, slots=True)
class DeviceKind:
    """A kind of device. `life_months` is the default where the label gives none; None where there is no
    rule.
    """

    key: str
    label: Label
    life_months: int | None
    source: str


@lru_cache(maxsize=1)
def device_kinds() -> Mapping[str, DeviceKind]:
    """Kinds of devices, by key."""
    return entries(
        "devices",
        lambda key, entry: DeviceKind(key, label(entry), entry.get("life_months"), entry["source"]),
    )


@lru_cache(maxsize=1)
def evidence_kinds() -> Mapping[str, Kind]:
    """Kinds of photos and files that can be attached, and those that are refused, by key."""
    from casework.catalog.evidencekinds import read_kind

    return entries("evidence", read_kind)


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number to call. An empty one is set by the community (setting `emergency.KEY`) or its own catalog
    folder.
    """

    key: str
    label: Label
    number: str
    when: Label


@lru_cache(maxsize=1)
def emergency_numbers() -> Mapping[str, EmergencyNumber]:
    """Whom to call, in the order in which they are shown."""
    return entries(
        "emergency",
        lambda key, entry: EmergencyNumber(
            key, label(entry), entry["number"], Label(entry["when"]["zh"], entry["when"]["en"])
        ),
    )


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that a city sets, with its unit, where it is from and since when."""

    key: str
    label: Label
    value: float
    unit: str
    source: str
    effective: date


@lru_cache(maxsize=1)
def parameters() -> Mapping[str, Parameter]:
    """The numbers that a city sets, by key."""
    return entries(
        "parameters",
        lambda key, entry: Parameter(
            key, label(entry), entry["value"], entry["unit"], entry["source"], entry["effective"]
        ),
    )


def number(key: str) -> int:
    """A parameter that is a whole number, by key.

    Raises:
        KeyError: there is no such parameter.
    """
    return int(parameters()[key].value)


@lru_cache(maxsize=1)
def roster_columns() -> Mapping[str, Any]:
    """The columns of a roster as they stand in the file: fields, values, yes_no, empty, tag_columns,
    ignored.
    """
    return table("roster_columns")


def means_head(relation: str) -> bool:
    """Whether a relation to the head of the household is that of the head."""
    said = relation.strip().casefold()
    return any(said == word.casefold() for word in table("roster_words")["heads"]["words"])


@lru_cache(maxsize=1)
def risk_weights() -> RiskWeights:
    """How the risk level is suggested."""
    from casework.domain.risk import RiskWeights, Weight

    found = table("risk")
    try:
        return RiskWeights(
            tags={tag.key: Weight(tag.weight, tag.label, tag.sensitive) for tag in tags().values()},
            ages=tuple(sorted((int(row["from"]), int(row["points"])) for row in found["ages"])),
            findings={
                key: Weight(int(entry["points"]), label(entry)) for key, entry in found.get("findings", {}).items()
            },
            yellow_from=int(found["levels"]["yellow_from"]),
            red_from=int(found["levels"]["red_from"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogError("risk.toml", "-", str(error)) from error


@lru_cache(maxsize=1)
def seasons() -> Mapping[str, Season]:
    """The parts of the year that rules ask for, by key."""
    from casework.catalog.rules import read_season

    return entries("seasons", read_season)


@lru_cache(maxsize=1)
def spell_kinds() -> Mapping[str, Choice]:
    """The kinds of weather, and of other occasions, that are recorded and that rules ask for, by key."""
    return entries("spells", _choice)


@lru_cache(maxsize=1)
def schedule_rules() -> ScheduleRules:
    """The rules of the catalog's schedule, ready for planning. A casebook may have more: `casebook.rules`.

    Raises:
        CatalogError: a rule with a condition, a word or a number that cannot be used.
    """
    from casework.catalog.rules import read_rule, read_settings
    from casework.domain.schedule_rules import ScheduleRules

    rules = entries("schedule", read_rule)
    # What ships is held to the shape by a test; only what is somebody's own is here.
    for key, entry in own_table("schedule").items():
        from casework.catalog.ruleshape import validated_rule

        validated_rule(key, entry)
    return ScheduleRules(
        rules.values(),
        risk_weights(),
        read_settings({key: one.value for key, one in parameters().items()}),
    )


_CACHED: list[Any] = [
    table, tags, departments, categories, topics, outcomes, refusal_reasons, modes, place_kinds, device_kinds,
    emergency_numbers, evidence_kinds, parameters, roster_columns, risk_weights, schedule_rules,
    seasons, spell_kinds,
]  # fmt: skip
