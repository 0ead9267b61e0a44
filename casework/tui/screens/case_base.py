"""A screen with a follow-up under its cursor: what may be done with it, and what it hangs together with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain.phrase import N_, Phrase
from casework.language import say
from casework.tui import casesteps, dates, dialogs, narrowing
from casework.tui.actions import ACTIONS
from casework.tui.handing import NOT_WITH_ONE
from casework.tui.narrowing import Option
from casework.tui.screens.base import BaseScreen
from casework.tui.widgets.case import NO_CASE, CaseView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.timer import Timer

    from casework.casebook.views import FollowupDetail, FollowupRow
    from casework.tui import actions

SHOWN_SECONDS = 30
"""How long a revealed number stays on the screen."""


class CaseBase(BaseScreen):
    """What the list, the board and the case's own screen share, besides the steps."""

    def __init__(self) -> None:
        super().__init__()
        self._detail: FollowupDetail | None = None
        self._hiding: Timer | None = None

    @property
    def case(self) -> FollowupRow | None:
        """The follow-up under the cursor."""
        return None

    @property
    def known(self) -> FollowupDetail | None:
        """All that is known of the follow-up under the cursor, as far as it was read."""
        case, detail = self.case, self._detail
        return detail if case is not None and detail is not None and detail.row.id == case.id else None

    def why_not(self, action_id: str) -> Phrase | None:
        """The keys of a case need one, and one that allows the step."""
        if ACTIONS[action_id].scope == "followups":
            case = self.case
            if case is None:
                return NO_CASE
            if action_id == "followup.household" and case.household_id is None and case.place_id is None:
                return Phrase(N_("This follow-up is not about a household."))
            if action_id == "followup.hand_off" and case.owner_kind != "department":
                return NOT_WITH_ONE
            if action_id == "followup.others" and case.repeats < 2:
                return Phrase(N_("This problem has come up once only."))
            if action_id == "followup.reveal" and self.known is not None and not self.known.reported_phone:
                return Phrase(N_("No number is kept here."))
            if action_id in casesteps.DOES:
                why = casesteps.why_not(case, action_id, self.book.clock.now(), self.known)
                if why is not None:
                    return why
        return super().why_not(action_id)

    def footer(self) -> list[actions.Action]:
        """Of the steps only those that the case allows now."""
        return [one for one in super().footer() if one.id not in casesteps.DOES or self.why_not(one.id) is None]

    def came_back(self, _result: object) -> None:
        """A form opened from here has closed; `load` has run."""

    # all steps

    def action_followup_steps(self) -> None:
        """Offer every step that the case allows now, each by its own key."""
        from casework.tui.stepmenu import StepMenu

        case = self.case
        if case is None:
            return
        offered = [ACTIONS[name] for name in casesteps.DOES if self.why_not(name) is None]
        question = Phrase(N_("What happens with {number}?"), {"number": case.number})

        def then(chosen: str | None) -> None:
            if chosen is not None:
                self.call_later(self.casework.act, chosen)

        self.app.push_screen(StepMenu(question, offered), then)

    # what it hangs together with

    def action_followup_household(self) -> None:
        """The household, or the place, that it is about."""
        case = self.case
        if case is not None and case.household_id is not None:
            self.casework.open("household", case.household_id, then=self.came_back)
        elif case is not None and case.place_id is not None:
            self.casework.open("place", case.place_id, then=self.came_back)

    def action_followup_others(self) -> None:
        """Open another case of the same problem; where there is only one other, at once."""
        from casework.casebook import followups

        case = self.case
        if case is None:
            return
        group = followups.get(self.book, case.id).group
        if len(group) == 1:
            self.open_case(group[0].id)
            return
        narrowing.pick(
            self, Phrase(N_("Which other time?")), self._offered(group),
            lambda chosen: self.open_case(chosen) if chosen else None,
        )  # fmt: skip

    def open_case(self, followup_id: str) -> None:
        """The whole case."""
        self.casework.open("followup", followup_id, then=self.came_back)

    def _offered(self, rows: Iterable[FollowupRow]) -> list[Option]:
        today = self.book.today()
        return [
            Option(row.id, Phrase(N_("{number} {title}"), {"number": row.number, "title": row.title}),
                   dates.day_text(row.opened_at.date(), today), row.number)
            for row in rows
        ]  # fmt: skip

    def other_case(self, question: Phrase, then: Callable[[str], None]) -> None:
        """Ask for another case: one that looks alike, one that is open, or any by its number."""
        from casework.casebook import followups
        from casework.casebook.errors import NotFound

        case = self.case
        if case is None:
            return
        alike = followups.similar(
            self.book, case.household_id, case.place_id, case.category, building_id=case.building_id, unit=case.unit
        )
        rows = {one.row.id: one.row for one in alike}
        rows |= {row.id: row for row in followups.page(self.book, followups.FollowupFilter(), None, 100)}
        rows.pop(case.id, None)

        def chosen(value: str | None) -> None:
            if not value:
                return
            try:
                found = followups.named(self.book, value)
            except NotFound as error:
                self.tell(error.phrase, tone="error")
                return
            then(found)

        narrowing.pick(self, question, self._offered(rows.values()), chosen, free=True)

    def action_followup_link(self) -> None:
        """Ask which case is about the same problem, or is not."""
        question = Phrase(N_("Which other follow-up? Choose it, or type its number."))
        self.other_case(question, self._linked)

    def _linked(self, other: str) -> None:
        from casework.casebook import followups
        from casework.casebook.followup_entries import LinkEntry

        case = self.case
        if case is None:
            return
        book = self.book

        def then(same: str | None) -> None:
            if same == "same":
                entry = LinkEntry(followup_id=case.id, to=other)
                self.save(lambda action: followups.link(book, entry, action), lambda _receipt: self.load())
            elif same == "different":
                self.casework.open("followup_words", f"{case.id}/different/{other}", then=self.came_back)

        title = say(followups.get(book, other).row.title)
        dialogs.choose(
            self, Phrase(N_("{number} and “{title}”:"), {"number": case.number, "title": title}),
            [("same", Phrase(N_("The same problem"))), ("different", Phrase(N_("Different, because ...")))], then,
        )  # fmt: skip

    # the reporter's number

    def action_followup_reveal(self) -> None:
        """Show the number of who reported it, and keep that it was shown."""
        from casework.casebook import followups
        from casework.casebook.errors import CasebookError

        case = self.case
        if case is None:
            return
        try:
            number = followups.reveal(self.book, case.id)
        except CasebookError as error:
            # What cannot be recorded is not shown.
            self.tell(error.phrase, tone="error")
            return
        self.query_one(CaseView).reveal(number)
        if self._hiding is not None:
            self._hiding.stop()
        self._hiding = self.set_timer(SHOWN_SECONDS, self._hide)
        self.tell(Phrase(N_("Shown for {n} seconds, and recorded."), {"n": SHOWN_SECONDS}))

    def _hide(self) -> None:
        if self.is_attached:
            self.query_one(CaseView).reveal("")

    def on_screen_suspend(self) -> None:
        """The number is masked again when the screen is left."""
        self._hide()
