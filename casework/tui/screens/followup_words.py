"""A step of a case that needs more than its key: words, a day, who did it, who decided. Kept as a draft while typed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from textual.widgets import Input, TextArea

from casework.domain.followup import CLOSES, Action
from casework.domain.phrase import N_, Phrase
from casework.domain.text import plain
from casework.tui import actions, casesteps, dates
from casework.tui.dialogs import Said
from casework.tui.drafting import DraftingScreen
from casework.tui.widgets import when
from casework.tui.widgets.case import CaseView, owner_text

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from casework.casebook.views import FollowupDetail
    from casework.domain.receipt import Receipt

APPROVED = N_("Who decided it (a supervisor)?")
ASKED = frozenset({"case_step.day", "case_step.who", "form.late"})
"""Keys of which a step offers only those that it asks for."""


class FollowupWordsScreen(DraftingScreen):
    """The form of one step; the subject is `id/step/what else the step is about`."""

    FORM = "followup_words"
    SCOPES = ("form", "case_step", "over")
    CSS_PATH = "followup_words.tcss"

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        self.followup_id, self.step, self.extra = subject.split("/", 2)
        self.asks = casesteps.ASKS[self.step]
        self.day: date | None = None
        self.who: tuple[str, str] | None = None
        self._detail: FollowupDetail | None = None
        self._workers: dict[str, str] = {}

    def body(self) -> ComposeResult:
        """The question, the words, what else the step asks for, and the case as it stands."""
        yield Said("", id="asked")
        area = TextArea("", id="words", compact=True, soft_wrap=True)
        area.cursor_blink = False
        yield area
        yield Said("", id="about")
        yield Said("", id="line-label", classes="label")
        line = Input("", id="line", compact=True, select_on_focus=False)
        line.cursor_blink = False
        yield line
        yield CaseView(id="case")

    def load(self) -> None:
        """Read the case."""
        from casework.casebook import areas, followups

        self._detail = detail = followups.get(self.book, self.followup_id)
        self._workers = {worker.id: worker.name for worker in areas.workers(self.book)}
        self.query_one(CaseView).show(detail, self.book.clock.now(), self._workers)
        self.query_one("#asked", Said).say(Phrase(self.asks.question, {"number": detail.row.number}))
        if self.day is None and self.asks.days:
            self.day = self.book.today() + timedelta(days=self.asks.days)
        label = self._line_label()
        self.query_one("#line-label", Said).say(Phrase(label) if label else "")
        for name in ("#line-label", "#line"):
            self.query_one(name).display = bool(label)
        self._say()

    def _line_label(self) -> str:
        """What the line of its own asks for: who decided, where a supervisor has to and none works here."""
        how = Action.EXTEND if self.step == "extend" else next(
            (one for one, end in CLOSES.items() if self.step == "close" and end.value == self.extra), Action.NOTE
        )  # fmt: skip
        if casesteps.needs_approval(self.book, how, self._detail.extensions if self._detail else 0):
            return APPROVED
        return self.asks.line

    def _say(self) -> None:
        """Say the day and who did it, each with the key that changes it."""
        parts: list[Phrase] = []
        today = self.book.today()
        if self.asks.day:
            if self.day is None:
                said: object = Phrase(N_("its whole limit once more"))
            else:
                said = Phrase(
                    N_("{day}, {weekday}"),
                    {"day": dates.day_text(self.day, today), "weekday": dates.weekday(self.day)},
                )
            parts.append(self._keyed("case_step.day", Phrase(self.asks.day, {"day": said})))
        if self.asks.done_by and self._detail is not None:
            row = self._detail.row
            kind, who = self.who or (row.owner_kind, row.owner)
            named = plain(who) if kind == "name" else owner_text(kind, who, self._workers)
            parts.append(self._keyed("case_step.who", Phrase(N_("Done by: {who}"), {"who": named})))
        about = self.query_one("#about", Said)
        about.display = bool(parts)
        if len(parts) == 2:
            about.say(Phrase(N_("{one}   {other}"), {"one": parts[0], "other": parts[1]}))
        else:
            about.say(parts[0] if parts else "")

    def _keyed(self, action_id: str, what: Phrase) -> Phrase:
        key = actions.key_text(actions.ACTIONS[action_id], self.casework.user_keymap)
        return Phrase(N_("{what} ({key}: another)"), {"what": what, "key": key})

    def footer(self) -> list[actions.Action]:
        """What this step does not ask for has no key here."""
        return [action for action in super().footer() if action.id not in ASKED or self.why_not(action.id) is None]

    def why_not(self, action_id: str) -> Phrase | None:
        """A day and who did it are asked for by some steps only."""
        if action_id == "case_step.day" and not self.asks.day:
            return Phrase(N_("This step takes no day."))
        if action_id == "form.late":
            return Phrase(N_("A step counts from the moment when it is saved."))
        if action_id == "case_step.who" and not self.asks.done_by:
            return Phrase(N_("This step does not ask who did it."))
        return super().why_not(action_id)

    # drafts

    def draft_data(self) -> dict[str, Any]:
        """What stands in the form."""
        return {
            "words": self.query_one("#words", TextArea).text,
            "line": self.query_one("#line", Input).value,
            "day": self.day.isoformat() if self.day else None,
            "who": list(self.who) if self.who else None,
        }

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put it back, with the cursor at the end of the words."""
        area = self.query_one("#words", TextArea)
        area.text = str(data.get("words", ""))
        area.move_cursor(area.document.end)
        self.query_one("#line", Input).value = str(data.get("line") or "")
        self.day = date.fromisoformat(data["day"]) if data.get("day") else self.day
        self.who = (data["who"][0], data["who"][1]) if data.get("who") else None
        self._say()

    def on_mount(self) -> None:
        """The cursor stands in the words from the start."""
        self.load()
        self.query_one("#words", TextArea).focus()
        super().on_mount()

    # keys

    def action_case_step_day(self) -> None:
        """Ask for the day."""
        today = self.book.today()
        earliest = today + timedelta(days=1)
        due_on = self._detail.row.due_on if self._detail else None
        if self.step == "extend" and due_on is not None:
            earliest = max(earliest, due_on + timedelta(days=1))

        def then(day: date | when.Kept | None) -> None:
            if day is when.KEPT:
                return
            self.day = day if isinstance(day, date) else None
            self._say()
            self.typed()

        when.ask_day(
            self, Phrase(N_("Which day?")), then, today=today, day=self.day or earliest, earliest=earliest,
            clear=self.step == "extend",
        )  # fmt: skip

    def action_case_step_who(self) -> None:
        """Ask who did the work: a worker, a department, or anybody by name."""
        from casework.tui import narrowing

        def then(who: tuple[str, str] | str | None) -> None:
            if who is not None:
                self.who = ("name", who) if isinstance(who, str) else who
                self._say()
                self.typed()

        question = Phrase(N_("Who did it? Type a name that is not in the list as it is."))
        narrowing.pick(self, question, casesteps.owners(self.book), then, free=True)

    def action_form_save(self) -> None:
        """Save the step."""
        from pydantic import ValidationError

        from casework.casebook.entries import problems
        from casework.casebook.errors import Refused

        words, line = self.query_one("#words", TextArea).text.strip(), self.query_one("#line", Input).value.strip()
        if not words and self.asks.needed:
            self.tell(Phrase(N_("This step needs words.")), tone="error")
            self.query_one("#words").focus()
            return
        if not line and self._line_label() == APPROVED:
            self.tell(Phrase(N_("A supervisor decides this: say who decided it, and why.")), tone="error")
            self.query_one("#line").focus()
            return
        book, said = self.book, {"words": words, "line": line, "day": self.day, "who": self.who}

        def work(action: str) -> Receipt:
            try:
                found: Receipt = casesteps.save_step(book, self.step, self.followup_id, self.extra, said, action)
            except ValidationError as error:
                raise Refused(problems(error)[0][1]) from error
            return found

        self.save(work, self._done)

    def _done(self, _receipt: Receipt) -> None:
        self.dismiss(True)
