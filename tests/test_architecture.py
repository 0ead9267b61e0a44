"""The rooms and the arrows between them, read from the imports: what DESIGN 2 draws is what the code does."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "casework"
FILES = sorted(path for path in PACKAGE.rglob("*.py"))

SHELF = frozenset({"catalog", "language", "domain"})
"""What every room may use: the shelf, the language, the rules."""

ROOMS = {
    "domain": frozenset({"domain"}),
    "language": frozenset({"domain"}),
    "catalog": SHELF,
    "casebook": SHELF | {"casebook"},
    "exchange": SHELF | {"exchange", "casebook"},
    "sync": SHELF | {"sync", "casebook"},
    "demo": SHELF | {"demo", "casebook"},
    "tui": SHELF | {"tui", "casebook"},
}
"""For each room, the rooms that it may import. The front door (cli, commands, paths, logbook) may import all."""

FRONT_DOOR = frozenset({"__main__", "cli", "commands", "paths", "logbook", "__init__"})

THROUGH_THE_WINDOW = {
    ("tui", "exchange"): "screens show what the readers of rosters and photos say",
    ("tui", "demo"): "the first screen offers the demo",
    ("tui", "paths"): "the first screen says where a new casebook goes",
    ("tui", "logbook"): "an error of ours is noted without personal data",
}
"""Arrows beside the ladder, each with its reason; they may stand inside functions, or be for types."""

OWNERS = {
    "textual": {"tui"},
    "textual_timepiece": {"tui"},
    "textual_fspicker": {"tui"},
    "textual_image": {"tui"},
    "textual_plotext": {"tui"},
    "PIL": {"exchange"},
    "rich": {"tui", "exchange"},
    "peewee": {"casebook"},
    "playhouse": {"casebook"},
    "apsw": {"casebook"},
    "click": FRONT_DOOR,
}
"""Who alone may import a library."""

ASKS_THE_ENGINE = {("casework/commands/keeping.py", "apsw")}
"""`casework doctor` prints the engine's version and touches nothing of it."""

HEAVY = frozenset(
    {"pydantic", "pypinyin", "elementpath", "cryptography", "xlsxwriter", "python_calamine", "stdnum",
     "chinese_calendar", "textual_timepiece", "textual_fspicker", "textual_image",
     "textual_plotext", "plotext", "PIL", "babel", "playhouse.migrations",
     "importlib.metadata", "openpyxl", "docx", "docxtpl", "jinja2", "lxml"}
)  # fmt: skip
"""Libraries that cost more to import than the first screen may wait."""

START = (
    "casework.__main__", "casework.cli", "casework.paths", "casework.language", "casework.tui.start",
    "casework.tui.app", "casework.tui.screens.round", "casework.tui.widgets.story",
    "casework.casebook.book", "casework.casebook.rounds", "casework.casebook.households",
    "casework.casebook.areas", "casework.casebook.drafts", "casework.casebook.due",
    "casework.casebook.visits", "casework.casebook.search", "casework.casebook.undo",
)  # fmt: skip
"""What the first screen and the keys at a door need; whatever these import at once is imported at the start."""

SHORT = 400
LONGEST = 500


@dataclass(frozen=True)
class Import:
    """One imported module, where, and whether importing the file alone brings it in."""

    file: Path
    line: int
    module: str
    at_once: bool
    for_types: bool

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(ROOT).as_posix()}:{self.line}"


def imports_of(file: Path, text: str | None = None) -> list[Import]:
    """Every import of a file, with `from a import b` as both `a` and `a.b`: b may be a module."""
    found: list[Import] = []

    def walk(node: ast.AST, at_once: bool, for_types: bool) -> None:
        for child in ast.iter_child_nodes(node):
            inside = at_once and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            types = for_types
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                for kept in child.body:
                    walk(ast.Module([kept], []), at_once, True)
                for kept in child.orelse:
                    walk(ast.Module([kept], []), at_once, for_types)
                continue
            if isinstance(child, ast.Import):
                found.extend(Import(file, child.lineno, alias.name, at_once, types) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                module = child.module or ""
                if child.level:
                    module = ".".join(file.relative_to(ROOT).parts[: -child.level]) + ("." + module if module else "")
                found.append(Import(file, child.lineno, module, at_once, types))
                found.extend(
                    Import(file, child.lineno, f"{module}.{alias.name}", at_once, types) for alias in child.names
                )
            walk(child, inside, types)

    walk(ast.parse(text if text is not None else file.read_text(encoding="utf-8")), True, False)
    return found


IMPORTS = [one for file in FILES for one in imports_of(file)]


def room_of(file: Path) -> str:
    """The room that a file stands in."""
    parts = file.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else parts[0].removesuffix(".py")


def is_or_in(module: str, library: str) -> bool:
    """Whether a module is a library or part of it."""
    return module == library or module.startswith(library + ".")


def wrong_arrows(imports: list[Import]) -> list[str]:
    """Imports that go against the arrows; those for types alone are arrows too, except through a window."""
    found = []
    for one in imports:
        if not one.module.startswith("casework."):
            continue
        here, there = room_of(one.file), one.module.split(".")[1]
        if here in FRONT_DOOR or there in ROOMS.get(here, frozenset()) or there == here:
            continue
        if (here, there) in THROUGH_THE_WINDOW and (one.for_types or not one.at_once):
            continue
        found.append(f"{one.place}: {here} -> {there}")
    return sorted(set(found))


def strangers(imports: list[Import]) -> list[str]:
    """Imports of a library in a room that does not own it."""
    return sorted(
        f"{one.place}: {one.module}"
        for one in imports
        for library, rooms in OWNERS.items()
        if is_or_in(one.module, library)
        and room_of(one.file) not in rooms
        and (one.file.relative_to(ROOT).as_posix(), one.module) not in ASKS_THE_ENGINE
    )


def module_of(file: Path) -> str:
    """The module that a file holds."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def too_heavy(imports: list[Import], start: tuple[str, ...] = START) -> list[str]:
    """Heavy libraries that come along when the modules of the start are imported, by however many steps."""
    of_module: dict[str, list[Import]] = {}
    for one in imports:
        if one.at_once and not one.for_types:
            of_module.setdefault(module_of(one.file), []).append(one)
    seen: set[str] = set()
    waiting = list(start)
    found = []
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        for one in of_module.get(module, ()):
            waiting.append(one.module)
            if any(is_or_in(one.module, library) for library in HEAVY):
                found.append(f"{one.place}: {one.module}")
    return sorted(found)


def test_every_room_is_drawn() -> None:
    assert {room_of(file) for file in FILES} <= set(ROOMS) | FRONT_DOOR


def test_the_arrows_point_one_way() -> None:
    assert not wrong_arrows(IMPORTS)


def test_a_library_is_imported_by_its_room_alone() -> None:
    assert not strangers(IMPORTS)


def test_the_rules_know_no_file_no_clock_and_no_chance() -> None:
    outside = {"os", "io", "pathlib", "socket", "subprocess", "threading", "time", "random", "sqlite3", "logging"}
    assert not [one.place for one in IMPORTS if room_of(one.file) == "domain" and one.module.split(".")[0] in outside]
    clock = re.compile(r"\b(?:datetime\.now|date\.today|time\.time)\(")
    assert not [file for file in FILES if room_of(file) == "domain" and clock.search(file.read_text(encoding="utf-8"))]


def test_nothing_heavy_is_imported_on_the_way_to_the_first_screen() -> None:
    assert not too_heavy(IMPORTS)


def test_the_start_is_where_it_was() -> None:
    assert set(START) <= {module_of(file) for file in FILES}


def test_something_heavy_is_found_behind_a_step() -> None:
    first = imports_of(PACKAGE / "cli.py", "from casework.casebook import x")
    second = imports_of(PACKAGE / "casebook" / "x.py", "import pydantic")
    assert too_heavy(first + second, ("casework.cli",))
    assert not too_heavy(
        imports_of(PACKAGE / "cli.py", "def f():\n    import casework.casebook.x") + second, ("casework.cli",)
    )


@pytest.mark.parametrize(
    ("file", "text", "finds"),
    [
        ("domain/x.py", "from casework.casebook import visits", wrong_arrows),
        ("casebook/x.py", "def f():\n    from casework.tui import app", wrong_arrows),
        ("tui/x.py", "from casework.exchange import roster", wrong_arrows),
        ("domain/x.py", "import casework.tui.app", wrong_arrows),
        ("casebook/x.py", "from textual.app import App", strangers),
        ("tui/x.py", "def f():\n    import peewee", strangers),
        ("exchange/x.py", "from playhouse import apsw_ext", strangers),
        ("cli.py", "import pydantic", too_heavy),
        ("casebook/rounds.py", "from playhouse import migrations", too_heavy),
        ("tui/app.py", "class A:\n    from importlib import metadata", too_heavy),
    ],
)
def test_an_arrow_against_the_drawing_is_found(file: str, text: str, finds) -> None:  # type: ignore[no-untyped-def]
    assert finds(imports_of(PACKAGE / file, text))


@pytest.mark.parametrize(
    ("file", "text", "finds"),
    [
        ("tui/x.py", "def f():\n    from casework.exchange import roster", wrong_arrows),
        (
            "tui/x.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from casework.exchange import roster",
            wrong_arrows,
        ),
        ("cli.py", "from casework.tui import app", wrong_arrows),
        ("cli.py", "def f():\n    import pydantic", too_heavy),
        ("cli.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pydantic", too_heavy),
    ],
)
def test_an_arrow_of_the_drawing_is_let_be(file: str, text: str, finds) -> None:  # type: ignore[no-untyped-def]
    assert not finds(imports_of(PACKAGE / file, text))


def test_no_file_grows_beyond_what_one_reads_in_a_sitting() -> None:
    sizes = {file.relative_to(ROOT).as_posix(): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    for name, size in sizes.items():
        if size > SHORT:
            print(f"over {SHORT} lines: {name} {size}")
    assert not {name: size for name, size in sizes.items() if size > LONGEST}


def undescribed(file: Path, text: str | None = None) -> list[str]:
    """The modules, public classes and public functions of a file that do not say what they are for.

    `Meta` is Peewee's word for a table's options.
    """
    tree = ast.parse(text if text is not None else file.read_text(encoding="utf-8"))
    name = file.relative_to(ROOT).as_posix()
    found = [] if ast.get_docstring(tree) or not tree.body else [name]

    def walk(node: ast.Module | ast.ClassDef) -> None:
        for child in node.body:
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            # The fields of a protocol are described with it.
            field = isinstance(child, ast.FunctionDef) and ast.unparse(child.body[-1]) == "..."
            overload = field or any(
                ast.unparse(mark).endswith(("overload", ".setter")) for mark in child.decorator_list
            )
            if (
                not child.name.startswith("_")
                and child.name != "Meta"
                and not overload
                and not ast.get_docstring(child)
            ):
                found.append(f"{name}:{child.lineno} {child.name}")
            if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
                walk(child)

    walk(tree)
    return found


def test_everything_public_says_what_it_is_for() -> None:
    assert not [name for file in FILES if not file.name.startswith("frozen_") for name in undescribed(file)]


def test_what_says_nothing_is_found() -> None:
    text = '"""M."""\nclass A:\n    """A."""\n    def f(self): pass\n    def _g(self): pass\ndef h(): pass\n'
    assert [name.split()[-1] for name in undescribed(PACKAGE / "x.py", text)] == ["f", "h"]


FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.~-])/(?:home|root|Users|work|tmp)/[\w.-]+"),
    "a host of one machine": re.compile(
        r"https?://(?:localhost|127\.|10\.|192\.168\.|[\w.-]*(?:registry|mirror|proxy)\b)"
    ),
    "work left undone": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|raise NotImplemented" + r"Error)\b"),
}
"""What no file of the product carries. The words are put together so that this file does not name them."""


def written() -> list[Path]:
    """The text files that are shipped or read: code, tests, data, documents."""
    places = [PACKAGE, ROOT / "tests", ROOT / ".ci", ROOT / "README.md", ROOT / "pyproject.toml"]
    found = [file for place in places for file in (sorted(place.rglob("*")) if place.is_dir() else [place])]
    kinds = {".py", ".toml", ".tcss", ".md", ".po", ""}
    return [file for file in found if file.is_file() and file.suffix in kinds and "__pycache__" not in file.parts]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_of_one_machine_and_nothing_undone_is_left_in(what: str) -> None:
    assert not [
        f"{file.relative_to(ROOT).as_posix()}:{number}"
        for file in written()
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="ignore").splitlines(), start=1)
        if FORBIDDEN[what].search(line)
    ]


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a path of one machine", "open('" + "/ho" + "me/ann/x')"),
        ("a host of one machine", "ht" + "tp://mirror.example/simple"),
        ("work left undone", "# TO" + "DO later"),
    ],
)
def test_what_is_left_in_is_found(what: str, line: str) -> None:
    assert FORBIDDEN[what].search(line)
