"""What the forms of the register share: lines of fields, their draft, and the way to what is there already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import VerticalScroll

from casework.domain.area import AreaLevel
from casework.domain.phrase import N_, Phrase
from casework.tui import dialogs
from casework.tui.dialogs import Said
from casework.tui.drafting import DraftingScreen
from casework.tui.finding import FindDialog
from casework.tui.narrowing import NarrowDialog
from casework.tui.widgets.formlines import LABEL_CELLS, Chosen, LineField
from casework.tui.widgets.picks import Pick, Picks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from textual.app import ComposeResult
    from textual.widget import Widget

    from casework.casebook.book import Casebook
    from casework.casebook.errors import AlreadyThere, CasebookError
    from casework.domain.receipt import Receipt
    from casework.tui.actions import Action

TAKE_AWAY = "-"
"""Typed into a field whose number is masked: it is taken away."""


class Says(Said):
    """What a field says of what stands in it."""

    def __init__(self, id: str) -> None:
        super().__init__("", id=id, classes="says")
        self.display = False

    def tell(self, what: object, how: str = "") -> None:
        """Say something: `good`, `wrong`, or `there` for what stands in the register already."""
        self.display = bool(what)
        for name in ("good", "wrong", "there"):
            self.set_class(name == how, f"-{name}")
        self.say(what)


class RegisterForm(DraftingScreen):
    """A form of the register: for a new record, or for one that is put right.

    A subclass names its fields in `LABELS`, by the names that its entry has; the field of `name` has the id `f-name`.
    """

    SCOPES: ClassVar[tuple[str, ...]] = ("form", "over")
    CSS_PATH = Path(__file__).with_name("register_form.tcss")
    LABELS: ClassVar[Mapping[str, str]] = {}
    TITLES: ClassVar[tuple[str, str]] = ("", "")
    """What the form is called for a new record, and for one that is put right."""

    def __init__(self, subject: str = "") -> None:
        super().__init__(subject)
        self._base: dict[str, Any] = {}
        """What stood in the form when a record was opened to be put right; empty for a new one."""

    # what a subclass gives

    def lines(self) -> Iterable[Widget]:
        """The lines of the form."""
        return ()

    def check_in(self) -> None:
        """Validate what stands in the form and save it."""

    def asked(self, name: str, typed: str) -> None:
        """Ask for what is chosen from a list; `typed` began it."""

    # the frame

    def body(self) -> ComposeResult:
        """What it is, and the lines on a sheet that scrolls."""
        new, change = self.TITLES
        yield Said(Phrase(change if self.draft_subject.startswith("change/") else new), classes="form-title")
        with VerticalScroll(id="form", can_focus=False):
            yield from self.lines()

    def footer(self) -> list[Action]:
        """A record has no time of its own."""
        return [action for action in super().footer() if action.id != "form.late"]

    def why_not(self, action_id: str) -> Phrase | None:
        """A record has no time of its own."""
        if action_id == "form.late":
            return Phrase(N_("This form has no time of its own."))
        return super().why_not(action_id)

    def label(self, name: str) -> Phrase:
        """The label of a field."""
        return Phrase(self.LABELS[name])

    def picks(self, name: str, choices: Iterable[tuple[str, str, object]], *, many: bool = False) -> Picks:
        """A row of choices (value, key, label)."""
        offered = [Pick(value, key, label) for value, key, label in choices]
        return Picks(self.label(name), offered, many=many, id=f"f-{name}", indent=LABEL_CELLS)

    # what stands in it

    def field(self, name: str) -> LineField:
        """A field of text."""
        return self.query_one(f"#f-{name}", LineField)

    def text(self, name: str) -> str:
        """What is typed into a field."""
        return self.field(name).value.strip()

    def row(self, name: str) -> Picks:
        """A row of choices."""
        return self.query_one(f"#f-{name}", Picks)

    def chosen(self, name: str) -> Chosen:
        """What is chosen from a list."""
        return self.query_one(f"#f-{name}", Chosen)

    def standing(self) -> dict[str, Any]:
        """What stands in the fields, rows and lists that `LABELS` names."""
        texts = {w.id: w.value for w in self.query(LineField) if w.id and w.id.removeprefix("f-") in self.LABELS}
        picked = {w.id: list(w.chosen) for w in self.query(Picks) if w.id}
        chosen = {w.id: list(w.values) for w in self.query(Chosen) if w.id}
        return {"texts": texts, "picked": picked, "chosen": chosen}

    def draft_data(self) -> dict[str, Any]:
        """What stands in the form, and what stood there when it was opened."""
        return self.standing() | ({"base": self._base} if self._base else {})

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put it back."""
        self._base = dict(data.get("base") or {})
        for id_, value in dict(data.get("texts") or {}).items():
            for field in self.query(f"#{id_}").results(LineField):
                field.put(str(value))
        for id_, values in dict(data.get("picked") or {}).items():
            for row in self.query(f"#{id_}").results(Picks):
                row.choose([str(value) for value in values])
        for id_, values in dict(data.get("chosen") or {}).items():
            for one in self.query(f"#{id_}").results(Chosen):
                one.choose([str(value) for value in values], "")
        self.show()

    def show(self) -> None:
        """Say what follows from what stands in the form."""

    # events

    def on_picks_changed(self, event: Picks.Changed) -> None:
        """A choice was made."""
        event.stop()
        self.picked(event.picks)
        self.show()
        self.typed()

    def picked(self, picks: Picks) -> None:
        """A choice was made in a row."""

    def on_chosen_asked(self, event: Chosen.Asked) -> None:
        """Ask for what a line wants chosen. While it is asked for, letters that were on their way go there."""
        event.stop()
        above = self.app.screen
        if above is not self:
            if isinstance(above, FindDialog | NarrowDialog):
                above.more(event.typed)
            return
        self.asked((event.chosen.id or "").removeprefix("f-"), event.typed)

    def choose(self, name: str, values: Iterable[str], text: object = "") -> None:
        """Take what was chosen from a list, and go on to the next field."""
        self.chosen(name).choose(list(values), text)
        self.show()
        self.typed()
        self.focus_next()

    # saving

    def action_form_save(self) -> None:
        """Save the record."""
        self.check_in()

    def enter(self, make: Callable[[], Any], verb: Callable[[Casebook, Any, str], Receipt]) -> None:
        """Make the entry, which validates it, and save it; say what is wrong with it, at its field."""
        from pydantic import ValidationError

        from casework.casebook.entries import problems

        try:
            entry = make()
        except ValidationError as error:
            field, phrase = problems(error)[0]
            self.wrong(field.partition(".")[0], phrase)
            return
        except WrongDay as error:
            self.wrong(error.name, error.phrase)
            return
        book = self.book
        self.save(lambda action: verb(book, entry, action), self.done)

    def done(self, receipt: Receipt) -> None:
        """It is saved: close the form."""
        self.dismiss(receipt)

    def wrong(self, name: str, phrase: Phrase) -> None:
        """Say what is wrong with a field, and put the cursor there."""
        if name in self.LABELS:
            phrase = Phrase(N_("{field}: {problem}"), {"field": self.label(name), "problem": phrase})
        self.tell(phrase, tone="error")
        found = self.query(f"#f-{name}")
        if found and found.first().can_focus:
            found.first().focus()

    def day(self, name: str) -> date | None:
        """The day that is typed into a field; None for an empty one.

        Raises:
            WrongDay: it is none of the calendar.
        """
        return read_day(name, self.text(name))

    def not_saved(
        self, error: CasebookError, work: Callable[[str], Receipt], action: str,
        on_saved: Callable[[Receipt], None] | None,
    ) -> None:  # fmt: skip
        """What is there already can be gone to."""
        from casework.casebook.errors import AlreadyThere

        super().not_saved(error, work, action, on_saved)
        if isinstance(error, AlreadyThere):
            self._offer(error)

    def _offer(self, there: AlreadyThere) -> None:
        where = self._way_to(there)
        if where is not None:
            question = Phrase(N_("{what} Go there? What is typed here stays."), {"what": there.phrase})
            dialogs.confirm(self, question, lambda yes: where() if yes else None)

    def _way_to(self, there: AlreadyThere) -> Callable[[], None] | None:
        app, found = self.casework, there.id
        if there.household_id is not None:
            door = there.household_id
            return lambda: app.open("household", door)
        if there.kind == "place":
            return lambda: app.open("place", found)
        from casework.casebook import areas

        area = areas.get(self.book, found)
        if area is not None and area.level is AreaLevel.BUILDING:
            return lambda: app.open("stairwell", None, found)
        return None


class WrongDay(ValueError):
    """What is typed is no day of the calendar. `name` is its field."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        self.phrase = Phrase(N_("This is no date of the calendar: nothing was saved."))


def read_day(name: str, typed: str) -> date | None:
    """A day as it is typed; None for nothing.

    Raises:
        WrongDay: it is none of the calendar.
    """
    from datetime import date as days

    from casework.domain.reading import read_date

    if not typed.strip():
        return None
    read = read_date(typed)
    if read is None:
        raise WrongDay(name)
    return days.fromisoformat(read)
