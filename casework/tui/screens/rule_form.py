"""A rule of the schedule: whom, what, how often, when; and beside it what it would change, before it is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Container, Vertical, VerticalScroll

from casework.domain.condition import BadCondition, read
from casework.domain.phrase import N_, Phrase
from casework.domain.rule_fields import EVERY, ON, ONCE, VISIT, RuleFields, WrongField, of_body, to_body
from casework.domain.rule_words import SUBJECTS
from casework.domain.schedule_rules import Subject
from casework.tui import conditionasking, narrowing, recording
from casework.tui.dialogs import Said
from casework.tui.narrowing import Option
from casework.tui.screens.register_form import RegisterForm, Says
from casework.tui.widgets.conditionlines import ConditionLines
from casework.tui.widgets.formlines import Chosen, FormLine, LineField
from casework.tui.widgets.rulepreview import PreviewPane
from casework.tui.widgets.whole import WholeStory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from casework.casebook.book import Casebook
    from casework.casebook.rule_entries import RuleEntry
    from casework.casebook.rule_preview import Preview
    from casework.domain.condition_lines import Line
    from casework.domain.receipt import Receipt
    from casework.tui.widgets.picks import Picks

SUBJECT_KEYS = {Subject.RESIDENT: "r", Subject.HOUSEHOLD: "h", Subject.PLACE: "p"}
TEXTS = (
    "zh", "en", "days", "on", "before", "after", "priority", "spell_days", "spell_lasts", "starts_on", "last_on", "source",
    "effective",
)  # fmt: skip
ROWS = ("subject", "cadence", "spell_from")
LISTS = ("seasons", "spell_kinds")


class RuleForm(RegisterForm):
    """The form. The subject of its draft is `change/KEY`, `copy/KEY` or `new/`."""

    SCOPES: ClassVar[tuple[str, ...]] = ("rule_form", "form", "over")
    FORM = "rule_form"
    TITLES = (N_("New rule"), N_("Rule of the schedule"))
    LABELS = {
        "zh": N_("Name, Chinese"), "en": N_("Name, English"), "subject": N_("About"), "what": N_("What is due"),
        "cadence": N_("How often"), "days": N_("Days"), "on": N_("Day"), "before": N_("Days before"),
        "after": N_("Days after"), "priority": N_("Priority"), "when": N_("For whom"), "seasons": N_("Season"),
        "spell_kinds": N_("Weather"), "spell_from": N_("Counted from"), "spell_days": N_("Days later"),
        "spell_lasts": N_("Days long"), "starts_on": N_("First day"), "last_on": N_("Last day"), "modes": N_("Contacts"),
        "source": N_("Source"), "effective": N_("In force"),
    }  # fmt: skip

    def __init__(self, subject: str = "new/") -> None:
        super().__init__(subject)
        from casework.casebook.ids import new_id

        mode, _slash, key = subject.partition("/")
        self.changes = mode == "change"
        self.key = key if self.changes else f"own_{new_id().replace('-', '_')}"
        self._of = key
        self._opened: dict[str, Any] | None = None
        self._off = False
        self._words = ""
        self._looked: dict[str, Any] | None = None
        self._wrong = False
        """Whether a mistake stands in the line above the keys."""

    # the lines

    def body(self) -> ComposeResult:
        """The lines on a sheet that scrolls, and what the rule would change."""
        new, change = self.TITLES
        yield Said(Phrase(change if self.changes else new), classes="form-title", id="rule-title")
        with Container(id="rule-body"):
            with VerticalScroll(id="form", can_focus=False):
                yield from self.lines()
            yield PreviewPane(id="preview")

    def lines(self) -> Iterable[Widget]:
        """Name, whom, what, how often, when."""
        yield FormLine(self.label("zh"), LineField("f-zh", shown=Phrase(N_("as it stands in the list"))))
        yield FormLine(self.label("en"), LineField("f-en", shown=Phrase(N_("the same where it is left empty"))))
        yield self.picks("subject", [(one.value, key, Phrase(SUBJECTS[one])) for one, key in SUBJECT_KEYS.items()])
        yield Chosen(self.label("what"), empty=Phrase(N_("a visit, or which check")), id="f-what")
        yield self.picks("cadence", [(EVERY, "e", Phrase(N_("every so many days"))), (ONCE, "o", Phrase(N_("once"))),
                                     (ON, "d", Phrase(N_("on a day")))])  # fmt: skip
        days, day = _few("f-days"), _few("f-on", "day")
        yield FormLine(self.label("days"), days, Said("", id="days-says", classes="form-between"), id="line-days")
        yield FormLine(self.label("on"), day, id="line-on")
        yield FormLine(Phrase(N_("Window")), _few("f-before"), Phrase(N_("days before")), _few("f-after"),
                       Phrase(N_("days after the due day")))  # fmt: skip
        yield FormLine(self.label("priority"), _few("f-priority"), Phrase(N_("1 most pressing, 9 can wait")))
        yield ConditionLines(
            self.label("when"), conditionasking.words, Phrase(N_("everyone; enter adds a condition")), id="f-when"
        )
        yield Chosen(self.label("seasons"), empty=Phrase(N_("all year")), id="f-seasons")
        yield Chosen(self.label("spell_kinds"), empty=Phrase(N_("whatever the weather")), id="f-spell_kinds")
        with Vertical(id="spell-lines", classes="form-lines"):
            yield self.picks(
                "spell_from", [("start", "s", Phrase(N_("its start"))), ("end", "e", Phrase(N_("its end")))]
            )
            yield FormLine(Phrase(N_("From")), _few("f-spell_days"), Phrase(N_("days later (-7: a week before), for")),
                           _few("f-spell_lasts"), Phrase(N_("days")))  # fmt: skip
        yield FormLine(self.label("starts_on"), _few("f-starts_on", "day"), self.label("last_on"),
                       _few("f-last_on", "day"), Phrase(N_("(empty: for good)")))  # fmt: skip
        yield self._modes()
        yield FormLine(self.label("source"), LineField("f-source", shown=Phrase(N_("who asks for it, by which paper"))))
        yield FormLine(self.label("effective"), _few("f-effective", "day"))
        yield Says("rule-says")

    def _modes(self) -> Picks:
        from casework.catalog.shelf import modes

        return self.picks("modes", [(key, one.letter, one.label) for key, one in modes().items()], many=True)

    def on_mount(self) -> None:
        """The rule that it is about; an empty one says the usual."""
        if self._pristine is None:
            self._fill()
            self.field("zh").focus()
        super().on_mount()
        self._look()

    def _fill(self) -> None:
        from casework.casebook import rules

        found = next((one for one in rules.listed(self.book) if one.key == self._of), None)
        if found is None:
            self._put(RuleFields(subject=Subject.RESIDENT.value, modes=()))
            return
        said = of_body(found.entry)
        if self.changes:
            self._off, self._words = found.off, found.words
            self._opened = self._normal(said)
            if found.off:
                self.query_one("#rule-title", Said).say(Phrase(N_("Rule of the schedule, switched off")))
        else:
            said = replace(said, zh=f"{said.zh}（副本）", en=f"{said.en} (copy)", source="", effective="")
        self._put(said)

    @staticmethod
    def _normal(said: RuleFields) -> dict[str, Any] | None:
        try:
            return to_body(said)
        except WrongField:
            return None

    # what stands in it

    def _put(self, said: RuleFields) -> None:
        for name in TEXTS:
            self.field(name).put(getattr(said, name))
        for name in ROWS:
            self.row(name).choose([getattr(said, name)])
        self.row("modes").choose(list(said.modes))
        self.chosen("what").choose([said.what], "")
        for name in LISTS:
            self.chosen(name).choose(list(getattr(said, name)), "")
        self.conditions.put(said.conditions, 0)
        self.show()

    @property
    def conditions(self) -> ConditionLines:
        """The lines of the condition."""
        return self.query_one(ConditionLines)

    @property
    def pane(self) -> PreviewPane:
        """What it would change."""
        return self.query_one(PreviewPane)

    @property
    def subject(self) -> Subject:
        """Whom it looks at."""
        return Subject(self.row("subject").value or Subject.RESIDENT)

    def fields(self) -> RuleFields:
        """What stands in the form."""
        texts: dict[str, Any] = {name: self.text(name) for name in TEXTS}
        texts |= {name: self.row(name).value for name in ROWS}
        texts |= {name: self.chosen(name).values for name in LISTS}
        return RuleFields(
            **texts, what=self.chosen("what").value, modes=tuple(self.row("modes").chosen),
            conditions=tuple(self.conditions.conditions),
        )  # fmt: skip

    def draft_data(self) -> dict[str, Any]:
        """What stands in the form, and under which key it will be kept."""
        found = super().draft_data()
        return {**found, "when": [list(one) for one in self.conditions.conditions], "key": self.key}

    def restore_draft(self, data: dict[str, Any]) -> None:
        """Put it back."""
        if not self.changes and data.get("key"):
            self.key = str(data["key"])
        if "when" in data:
            self.conditions.put([(str(key), value) for key, value in data["when"]], 0)
        super().restore_draft(data)
        self._look()

    def load(self) -> None:
        """Say what is chosen; figures that were counted before may be others now."""
        self.show()
        self._looked = None
        self._look()

    def show(self) -> None:
        """What is chosen by its name; only those lines that matter."""
        from casework.catalog.shelf import seasons, spell_kinds

        what = self.chosen("what")
        if what.value:
            what.choose(what.values, self._what_label(what.value))
        for name, known in (("seasons", seasons()), ("spell_kinds", spell_kinds())):
            one = self.chosen(name)
            labels = [known[key].label if key in known else key for key in one.values]
            one.choose(one.values, _joined(labels))
        cadence = self.row("cadence").value
        self.query_one("#line-days").display = cadence != ON
        after = N_("days from the last contact or check") if cadence == EVERY else N_("days at most until it is due")
        self.query_one("#days-says", Said).say(Phrase(after))
        self.query_one("#line-on").display = cadence == ON
        self.query_one("#spell-lines").display = bool(self.chosen("spell_kinds").values)
        self.row("modes").display = what.value == VISIT
        self.row("modes").say_hint(Phrase(N_("none chosen: all count")))

    @staticmethod
    def _what_label(what: str) -> object:
        from casework.catalog import rulenames

        if what == VISIT:
            return Phrase(N_("a visit"))
        return rulenames.of_checklist(what).get(f"never_checked:{what}", what)

    # changing it

    def picked(self, picks: Picks) -> None:
        """One of a row is always chosen."""
        name = (picks.id or "").removeprefix("f-")
        usual = {"subject": Subject.RESIDENT.value, "cadence": EVERY, "spell_from": "start"}
        if name in usual and not picks.chosen:
            picks.choose([usual[name]])

    def typed(self) -> None:
        """Keep it, and count anew what it would change."""
        super().typed()
        if self._pristine is not None:
            self._look()

    def asked(self, name: str, typed: str) -> None:
        """What is due, in which seasons, in which weather."""
        from casework.catalog import checks
        from casework.catalog.shelf import seasons, spell_kinds

        def several(values: tuple[str, ...] | None) -> None:
            if values is not None:
                self.choose(name, values)
                if name == "spell_kinds" and values:
                    # The lines that ask when have come up just now: they are the next ones.
                    self.call_after_refresh(self.row("spell_from").focus)

        if name == "what":
            options = [Option(VISIT, Phrase(N_("a visit")))] if self.subject is not Subject.PLACE else []
            options += [Option(one.name, one.title) for one in checks.all()]
            narrowing.pick(
                self, Phrase(N_("What is due?")), options, lambda one: None if one is None else self.choose("what", [one]),
                at=self.chosen("what").value, typed=typed,
            )  # fmt: skip
            return
        known: Any = seasons() if name == "seasons" else spell_kinds()
        question = Phrase(N_("In which seasons?") if name == "seasons" else N_("In which weather?"))
        narrowing.pick_several(
            self, question, [Option(key, one.label) for key, one in known.items()], several,
            marked=self.chosen(name).values, typed=typed,
        )  # fmt: skip

    def on_condition_lines_asked(self, event: ConditionLines.Asked) -> None:
        """Change a line, or add one."""
        event.stop()
        if event.at is None:
            self.action_rule_form_condition()
        else:
            self._change_line(event.at)

    def on_condition_lines_dropped(self, event: ConditionLines.Dropped) -> None:
        """Take a line away."""
        event.stop()
        self._drop_line(event.at)

    def action_rule_form_condition(self) -> None:
        """Add a condition."""

        def then(one: Line) -> None:
            kept = self.conditions.conditions
            self._conditions([*kept, one], len(kept))

        conditionasking.ask_new(self, self.subject, then)

    def action_rule_form_change(self) -> None:
        """Change the condition under the cursor."""
        if self.conditions.at is not None:
            self._change_line(self.conditions.at)

    def action_rule_form_drop(self) -> None:
        """Take the condition under the cursor away."""
        if self.conditions.at is not None:
            self._drop_line(self.conditions.at)

    def _change_line(self, at: int) -> None:
        def then(one: Line) -> None:
            kept = list(self.conditions.conditions)
            kept[at] = one
            self._conditions(kept, at)

        conditionasking.ask(self, self.conditions.conditions[at], then)

    def _drop_line(self, at: int) -> None:
        kept = self.conditions.conditions
        self._conditions([*kept[:at], *kept[at + 1 :]], at)

    def _conditions(self, lines: list[Line], at: int) -> None:
        self.conditions.put(lines, at)
        self.conditions.focus()
        self.typed()

    def why_not(self, action_id: str) -> Phrase | None:
        """A condition is changed where the cursor is on one."""
        if action_id in ("rule_form.change", "rule_form.drop") and self.children and self.conditions.at is None:
            return Phrase(N_("Put the cursor on a condition first."))
        return super().why_not(action_id)

    # what it would change

    def action_rule_form_preview(self) -> None:
        """To the figures, and back."""
        lines = self.pane.query_one(WholeStory)
        if self.focused is lines:
            self.conditions.focus()
        else:
            lines.focus()

    def _look(self) -> None:
        from casework.casebook.rule_entries import RuleEntry

        try:
            body = self._checked()
        except WrongField as error:
            self._looked = None
            said = Phrase(N_("{field}: {problem}"), {"field": self.label(error.name), "problem": error.phrase})
            self.pane.later(None, said)
            return
        if self._wrong:
            self._wrong = False
            self.tell()
        if body == self._looked:
            return
        self._looked = body
        entry = RuleEntry(key=self.key, body=body, off=self._off)

        def look(book: Casebook, cancelled: Callable[[], bool], progress: Callable[[int, int], None]) -> Preview | None:
            from casework.casebook import rule_preview

            return rule_preview.preview(book, entry, cancelled, progress)

        self.pane.later(look)

    def _checked(self) -> dict[str, Any]:
        """The table of what stands in the form.

        Raises:
            WrongField: a field has a mistake.
        """
        from casework.catalog.rules import ASKS

        said = self.fields()
        body = to_body(said)
        for one in said.conditions:
            try:
                fits = read({one[0]: one[1]}).asks <= ASKS[self.subject]
            except BadCondition:
                fits = False
            if not fits:
                values = {"who": Phrase(SUBJECTS[self.subject]), "what": conditionasking.words(one)}
                raise WrongField("when", Phrase(N_("this cannot be asked of “{who}”: {what}"), values))
        return body

    # saving

    def wrong(self, name: str, phrase: Phrase) -> None:
        """Say what is wrong with a field, until it is put right."""
        super().wrong(name, phrase)
        self._wrong = True

    def check_in(self) -> None:
        """Save the rule; the receipt says what was counted until now."""
        from casework.casebook.rule_entries import RuleEntry
        from casework.casebook.rule_saving import save_rule

        try:
            body = self._checked()
        except WrongField as error:
            self.wrong(error.name, error.phrase)
            return
        if self.changes and body == self._opened:
            self.tell(Phrase(N_("Nothing differs from what is on file.")), tone="overdue")
            return
        seen, counting = self.pane.result, self.pane.running

        def save(book: Casebook, entry: RuleEntry, action: str) -> Receipt:
            receipt = recording.with_figures(save_rule(book, entry, action), seen)
            if not counting:
                return receipt
            said = Phrase(N_("It was saved before it was counted whom it concerns."))
            return replace(receipt, follows=(said, *receipt.follows))

        self.enter(lambda: RuleEntry(key=self.key, body=body, off=self._off, words=self._words), save)


def _few(id: str, size: str = "few") -> LineField:
    made = LineField(id)
    made.add_class(size)
    return made


def _joined(labels: Sequence[object]) -> object:
    if not labels:
        return ""
    said = labels[0]
    for one in labels[1:]:
        said = Phrase(N_("{a}, {b}"), {"a": said, "b": one})
    return said
