"""Checklists from the catalog: `checks/*.toml`, and after them the `checks` folder of the user's catalog.

How to add a checklist
======================

Put a file `NAME.toml` into the `checks` folder of the folder that the environment variable
`CASEWORK_CATALOG` names. A file with the name of a shipped one replaces it. No code is needed. A file with
a mistake is refused with file, question and reason (`ChecklistError`); nothing of it is used.

The words are those of XLSForm (type, name, label, hint, required, relevant, constraint, constraint_message,
calculation, choices, appearance), so a form designer can read it; what an inspection needs on top is marked
with `+`::

    name = "shop_gas"                      # that of the file
    version = "2026.1"                     # change it when a question changes its meaning
    title = { zh = "商铺用气", en = "Gas in shops" }
    subject = "household"                  # household, kitchen, resident, device, place
    source = "where the list comes from"
    effective = 2026-01-01
    interval = { months = 12, source = "…", effective = 2026-01-01 }

    [applies]                            # + all that is given must hold; any of a list is enough
    fuel = ["lpg_cylinder"]                # also: tags, place_kinds, age_from

    [completion]                         # + what must have been looked at for the check to count as done;
    more_than = 0.5                        # without this table: more than half of the required questions
    needs = ["hose_kind"]                  # and each of these, by name
    source = "…"
    effective = 2026-01-01

    [parameters.hose_max_m]              # + a number that a city sets: `$hose_max_m`
    value = 2.0                            # in expressions and in texts
    source = "…"
    effective = 2026-01-01

    [groups.hose]                        # a heading; may have `relevant`
    label = { zh = "软管", en = "Hose" }

    [choices]                            # lists for select_one and select_multiple
    hose_kind = [
        { name = "metal", label = { zh = "金属管", en = "Metal" } },
        { name = "rubber", label = { zh = "橡胶管", en = "Rubber" } },
    ]

    [[survey]]
    type = "select_one hose_kind"          # see below
    name = "hose_kind"
    group = "hose"
    required = true
    label = { zh = "软管材质", en = "Kind of hose" }
    in_order = "metal"                   # + what the key *all in order* picks
    source = "…"                         # + needed wherever there is a hazard
    [survey.hazard.rubber]               # + what follows from this choice
    label = { zh = "仍在用橡胶软管", en = "Rubber hose in use" }   # the hazard's own words: the follow-up's title
    level = "must_fix"                     # critical (stop using it now), must_fix (by a date), note
    days = 30                              # to put it right: a number, or the name of a parameter
    department = "gas_supplier"            # a key of departments.toml: owns the follow-up
    category = "gas_safety"                # a key of categories.toml
    fixable_on_spot = true
    advice = { zh = "请更换金属软管。", en = "Have the hose replaced by a metal one." }

    [[survey]]
    type = "decimal"
    name = "hose_length_m"
    label = { zh = "软管长度，不超过 $hose_max_m 米", en = "Hose length, up to $hose_max_m m" }
    unit = { zh = "米", en = "m" }
    constraint = ". > 0 and . <= 20"       # which values are possible; another is refused
    constraint_message = { zh = "请填 0 到 20 米", en = "Between 0 and 20 m" }
    limit = ". <= $hose_max_m"           # + which are in order; another is the hazard `limit`
    source = "…"
    [survey.hazard.limit]                # label, level, days and all the rest, as above
    label = { zh = "软管超过 $hose_max_m 米", en = "Hose longer than $hose_max_m m" }
    level = "note"
    days = 30
    department = "community"
    category = "gas_safety"
    fixable_on_spot = true
    advice = { zh = "请换短管。", en = "Fit a shorter hose." }

Types: `select_one LIST`, `select_multiple LIST`, `integer`, `decimal`, `date` (with `appearance =
"month-year"` for a stamped month), `text`, `note`, `calculate` (with `calculation`, and a `limit` if it is
to be judged), and `device KIND` (a key of devices.toml): was one fitted today? Its maker, model, batch,
made_on and life_months follow by themselves as `NAME_maker` and so on. Two lists are always there:
`pass_fail`, the plain item, whose `hazard.fail` must be given, and `yes_no`.

Expressions (`relevant`, `constraint`, `limit`, `calculation`) are XPath 1.0 with ODK's functions: see
`casework.domain.expressions`. `${name}` is another question, or a fact about the subject:
`casework.domain.checklist.FACTS`, and of a device on file `gas_hose_made_on`, `gas_hose_fitted_on`,
`gas_hose_life_months`. `relevant` and `calculation` look only at questions above. `carry = false` keeps an
answer from being taken over from the last check. Texts should fit one line of 80 columns: 24 Chinese
characters, 48 Latin ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.catalog import shelf
from casework.catalog.checkfile import Vocabulary, checklist_from
from casework.catalog.checkshape import ChecklistError
from casework.domain.phrase import N_, Phrase

if TYPE_CHECKING:
    from pathlib import Path

    from casework.domain.checklist import Checklist

__all__ = ["ChecklistError", "all", "load", "mistakes", "names"]

_loaded: dict[tuple[Path, int, int], Checklist] = {}


def names() -> tuple[str, ...]:
    """The names of all checklists, shipped and the user's, in alphabetical order; the files are not read."""
    return tuple(sorted(_files()))


def load(name: str) -> Checklist:
    """The checklist of that name. It is read once and again only when its file has changed.

    Raises:
        ChecklistError: the file has a mistake or cannot be read.
        KeyError: there is no such checklist.
    """
    path = _path(name)
    try:
        stat = path.stat()
        key = (path, stat.st_mtime_ns, stat.st_size)
        if key not in _loaded:
            _loaded[key] = checklist_from(_toml(path), path.name, path.stem, _vocabulary())
    except OSError as error:
        reason = Phrase(N_("the file cannot be read: {detail}"), {"detail": error.strerror or ""})
        raise ChecklistError(path.name, "", reason) from None
    return _loaded[key]


def all() -> tuple[Checklist, ...]:
    """Every checklist, by name.

    Raises:
        ChecklistError: one of the files has a mistake; `mistakes` lists them all.
    """
    return tuple(load(name) for name in names())


def mistakes() -> tuple[ChecklistError, ...]:
    """What is wrong with the catalog: one error for each file that is refused."""
    found = []
    for name in names():
        try:
            load(name)
        except ChecklistError as error:
            found.append(error)
    return tuple(found)


def _path(name: str) -> Path:
    """The file of a checklist, the user's own before that of the package; the folders need not be read for one name."""
    own = shelf.own_folder()
    for folder in (own, shelf.HERE) if own is not None else (shelf.HERE,):
        path = folder / "checks" / f"{name}.toml"
        if path.parent.name == "checks" and path.stem == name and path.is_file():
            return path
    raise KeyError(name)


def _files() -> dict[str, Path]:
    folders = [shelf.HERE, own] if (own := shelf.own_folder()) else [shelf.HERE]
    return {path.stem: path for folder in folders for path in folder.glob("checks/*.toml")}


def _toml(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = Phrase(N_("the file is not TOML: {detail}"), {"detail": str(error)})
        raise ChecklistError(path.name, "", reason) from None


def _vocabulary() -> Vocabulary:
    return Vocabulary(
        departments=frozenset(shelf.table("departments")),
        categories=frozenset(shelf.table("categories")),
        devices=frozenset(shelf.table("devices")),
        tags=frozenset(shelf.table("tags")),
        places=frozenset(shelf.table("places")),
    )
