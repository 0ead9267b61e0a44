"""The rules of the schedule: who is due for what and how often; changed, switched off, made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import Container

from casework.casebook import rules as kept
from casework.domain.phrase import N_, Phrase
from casework.language import _
from casework.tui import background, dialogs, marks, previewing, rulelist
from casework.tui.dialogs import Said
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList
from casework.tui.widgets.whole import WholeStory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from textual.app import ComposeResult

    from casework.casebook.book import Casebook
    from casework.casebook.rule_preview import Preview
    from casework.casebook.rule_work import OpenWork
    from casework.domain.receipt import Receipt
    from casework.tui.rulelist import RuleRow
    from casework.tui.widgets.story import Line


class RulesScreen(BaseScreen):
    """The list, and the rule under the cursor in words beside it."""

    SCOPES = ("rules", "over")
    CSS_PATH = "rules.tcss"

    def __init__(self) -> None:
        super().__init__()
        self.work: Mapping[tuple[str, str], OpenWork] | None = None

    def body(self) -> ComposeResult:
        """How many there are, the list, the whole rule."""
        yield Said("", id="rules-head")
        with Container(id="rules-body"):
            yield PageList(
                (
                    Column(1), Column(None, N_("Rule")), Column(18, N_("For whom")), Column(14, N_("How often")),
                    Column(2, N_("Pr"), right=True), Column(9, N_("Origin")),
                ),
                self._cells,
                id="rules",
            )  # fmt: skip
            yield WholeStory(id="rule-sheet")

    @property
    def rows(self) -> PageList[RuleRow]:
        """The list."""
        return self.query_one("#rules", PageList)

    def load(self) -> None:
        """Read the rules, and count their open work behind the list."""
        found = rulelist.rows(self.book)
        off = sum(row.listed.off for row in found)
        wrong = sum(bool(row.listed.mistake) for row in found)
        values = {"n": len(found), "own": sum(row.listed.origin == "own" for row in found), "off": off, "wrong": wrong}
        said = N_("{n} rules   {own} of your own   {off} switched off")
        self.query_one("#rules-head", Said).say(
            Phrase(N_("{n} rules   {own} of your own   {off} switched off   {wrong} with a mistake"), values)
            if wrong
            else Phrase(said, values)
        )
        self.rows.show(ListSource(found))
        self._show_sheet()
        self._count()

    def _count(self) -> None:
        from casework.casebook import rule_work

        book = self.book

        def done(found: Mapping[tuple[str, str], OpenWork]) -> None:
            if self.is_attached:
                self.work = found
                self._show_sheet()

        background.start(
            self.casework, lambda _work: rule_work.by_rule(book), done, lambda _phrase, _error: None, book=book,
            name="rule-work",
        )  # fmt: skip

    def on_page_list_highlighted(self, event: PageList.Highlighted) -> None:
        """Another rule beside the list."""
        event.stop()
        self._show_sheet()
        self.refresh_bindings()

    def _show_sheet(self) -> None:
        row = self.rows.current
        sheet = self.query_one("#rule-sheet", WholeStory)

        def lines(width: int) -> Iterator[Line]:
            if row is not None:
                yield from rulelist.sheet(row, self.work, width)

        sheet.show(lines)
        sheet.scroll_home(animate=False)

    def _cells(self, row: RuleRow) -> Sequence[Cell]:
        mark, tone, said = rulelist.standing(row)
        words = row.words
        text = "muted" if row.listed.off else "text"
        return (
            Cell(marks.mark(mark, self.casework.marks), tone),
            Cell(row.label, text),
            Cell(words.brief if words is not None else "", "muted"),
            Cell(words.how_often if words is not None else "", text),
            Cell(str(row.rule.priority) if row.rule is not None else "", "muted"),
            Cell(_(said), tone),
        )

    def why_not(self, action_id: str) -> Phrase | None:
        """What only a rule of her own allows."""
        row = self.rows.current if self.children else None
        if action_id == "rules.restore" and row is not None and row.listed.origin != "own":
            return Phrase(N_("This rule is the catalog's as it is."))
        if action_id == "rules.off" and row is not None and row.listed.mistake:
            return Phrase(N_("This rule has a mistake and counts for nobody: change it, or take it away with r."))
        return super().why_not(action_id)

    def copyable(self) -> str:
        """The rule in words."""
        row = self.rows.current
        if row is None:
            return ""
        return "\n".join("".join(text for text, _tone in line) for line in rulelist.sheet(row, self.work, 76))

    # changing

    def on_page_list_selected(self, event: PageList.Selected) -> None:
        """Change the rule."""
        event.stop()
        self.action_rules_edit()

    def action_rules_edit(self) -> None:
        """Change the rule under the cursor."""
        row = self.rows.current
        if row is not None:
            self.casework.open("rule_form", f"change/{row.key}", then=self._came_back)

    def action_rules_add(self) -> None:
        """A new rule: like this one, or empty."""
        row = self.rows.current
        if row is None:
            self.casework.open("rule_form", "new/", then=self._came_back)
            return
        options = [
            (f"copy/{row.key}", Phrase(N_("Like this one: {rule}"), {"rule": row.label})),
            ("new/", Phrase(N_("An empty one"))),
        ]

        def then(chosen: str | None) -> None:
            if chosen is not None:
                self.casework.open("rule_form", chosen, then=self._came_back)

        dialogs.choose(self, Phrase(N_("A new rule of your own")), options, then)

    def _came_back(self, receipt: Receipt | None) -> None:
        if receipt is not None:
            key = next((rule.key for rule in kept.own_rules(self.book.database) if rule.id == receipt.subject_id), "")
            self.load()
            at = self.rows.find(lambda row: row.key == key)
            if at is not None:
                self.rows.move_to(at)

    def action_rules_off(self) -> None:
        """Switch the rule off, or on again, after what that changes."""
        row = self.rows.current
        if row is None:
            return
        mine, off = row.listed.origin == "own", row.listed.off
        own = next((rule for rule in kept.own_rules(self.book.database) if rule.key == row.key), None) if mine else None
        if off and own is not None and own.body is None:
            # Her record says only that the catalog's rule is off.
            self._restore(row, Phrase(N_("Switch this rule on again: {rule}?"), {"rule": row.label}))
            return
        body = dict(row.listed.entry) if mine else None
        question = N_("Switch this rule on again: {rule}?") if off else N_("Switch this rule off: {rule}?")
        self._save_after(row, Phrase(question, {"rule": row.label}), body, off=mine and not off)

    def _save_after(self, row: RuleRow, question: Phrase, body: dict[str, Any] | None, *, off: bool) -> None:
        from casework.casebook import rule_preview
        from casework.casebook.rule_entries import RuleEntry
        from casework.casebook.rule_saving import save_rule

        entry = RuleEntry(key=row.key, body=body, off=off, words=row.listed.words)
        book = self.book

        def look(book: Casebook, cancelled: Callable[[], bool], progress: Callable[[int, int], None]) -> Preview | None:
            return rule_preview.preview(book, entry, cancelled, progress)

        previewing.ask(
            self, question, look, lambda _seen: self.save(lambda act: save_rule(book, entry, act), self._saved)
        )

    def action_rules_restore(self) -> None:
        """Back to the catalog's rule; a rule that only she has is taken away."""
        row = self.rows.current
        if row is not None:
            back, away = N_("Back to the catalog's rule: {rule}?"), N_("Take your own rule away: {rule}?")
            self._restore(row, Phrase(back if row.shipped else away, {"rule": row.label}))

    def _restore(self, row: RuleRow, question: Phrase) -> None:
        from casework.casebook import rule_preview
        from casework.casebook.rule_saving import restore_rule

        key, book = row.key, self.book

        def look(book: Casebook, cancelled: Callable[[], bool], progress: Callable[[int, int], None]) -> Preview | None:
            return rule_preview.preview_without(book, key, cancelled, progress)

        previewing.ask(
            self, question, look, lambda _seen: self.save(lambda act: restore_rule(book, key, act), self._saved)
        )

    def _saved(self, _receipt: Receipt) -> None:
        self.load()
