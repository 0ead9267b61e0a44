"""A campaign that is started from the catalog, or one whose goal, days or people change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain.phrase import N_, Phrase
from casework.tui import campaigning, finding
from casework.tui.dialogs import Said
from casework.tui.screens.register_form import RegisterForm
from casework.tui.widgets.formlines import Chosen, FormLine, LineField
from casework.tui.widgets.pagelist import Cell, Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from casework.domain.receipt import Receipt

NUMBERS = ("goal", "budget_per_door")
DAYS = ("starts_on", "deadline")
DEPARTMENTS = ("sponsor", "funder")


class CampaignForm(RegisterForm):
    """The form. The subject of its draft is `new/KEY` of the catalog, or `change/CAMPAIGN`."""

    FORM = "campaign_form"
    TITLES = (N_("Start a campaign"), N_("Change a campaign"))
    LABELS = {
        "goal": N_("Goal"), "starts_on": N_("From"), "deadline": N_("Deadline"), "lead": N_("Lead"),
        "sponsor": N_("Wanted by"), "funder": N_("Paid by"), "budget_per_door": N_("Yuan a door"), "words": N_("Why"),
    }  # fmt: skip

    def __init__(self, subject: str) -> None:
        super().__init__(subject)
        mode, _slash, record = subject.partition("/")
        self.campaign_id = record if mode == "change" else ""
        self.key = record if mode == "new" else ""

    def lines(self) -> Iterable[Widget]:
        """What it is, then what the community sets for it."""
        yield Said("", id="campaign-about", classes="says")
        yield FormLine(
            self.label("goal"), LineField("f-goal", shown=Phrase(N_("how many; all who are eligible if left empty")))
        )
        yield FormLine(
            self.label("starts_on"), LineField("f-starts_on", shown=Phrase(N_("what happens from this day on counts")))
        )
        yield FormLine(self.label("deadline"), LineField("f-deadline", shown=Phrase(N_("by when it is to be done"))))
        yield FormLine(self.label("lead"), LineField("f-lead", shown=Phrase(N_("who answers for it"))))
        yield Chosen(self.label("sponsor"), empty=Phrase(N_("no department")), id="f-sponsor")
        yield Chosen(self.label("funder"), empty=Phrase(N_("no department")), id="f-funder")
        yield FormLine(self.label("budget_per_door"), LineField("f-budget_per_door"))
        if self.campaign_id:
            yield FormLine(
                self.label("words"),
                LineField("f-words", shown=Phrase(N_("why it changes: this is kept"))),
            )

    def on_mount(self) -> None:
        """Fill in what the catalog or the campaign says, before a draft comes back."""
        if self._pristine is None:
            self._fill()
            self.field("goal").focus()
        super().on_mount()

    def _fill(self) -> None:
        from casework.casebook import campaigns
        from casework.catalog import campaigns as shelf

        if self.campaign_id:
            row = campaigns.get(self.book, self.campaign_id)
            about: tuple[object, object] = (row.label, row.rule)
            values: dict[str, object] = {name: getattr(row, name) for name in (*NUMBERS, *DAYS, "lead", *DEPARTMENTS)}
        else:
            made = shelf.load(self.key)
            about = (made.label, made.text)
            starts, deadline = campaigns.usual_days(made, self.book.today())
            values = {
                "goal": made.goal, "budget_per_door": made.budget_per_door, "starts_on": starts, "deadline": deadline,
                "lead": made.lead, "sponsor": made.sponsor, "funder": made.funder,
            }  # fmt: skip
        head = self.query_one("#campaign-about", Said)
        head.say(Phrase(N_("{name}: {text}"), {"name": about[0], "text": about[1]}))
        for name in (*NUMBERS, *DAYS, "lead"):
            value = values[name]
            self.field(name).put("" if value is None else f"{value:g}" if isinstance(value, float) else str(value))
        for name in DEPARTMENTS:
            self.chosen(name).choose([str(values[name])] if values[name] else [], "")
        self.show()
        self._base = self.standing()

    def show(self) -> None:
        """The departments by their names."""
        from casework.catalog.shelf import departments

        for name in DEPARTMENTS:
            one = self.chosen(name)
            found = departments().get(one.value)
            one.choose(one.values, found.label if found is not None else one.value)

    def asked(self, name: str, typed: str) -> None:
        """Another department, or none."""
        from casework.catalog.shelf import departments
        from casework.language import say

        known: list[tuple[str, object]] = [("", Phrase(N_("no department")))]
        known += [(key, one.label) for key, one in departments().items()]

        def rows(said: str) -> Sequence[tuple[str, object]]:
            wanted = said.casefold().split()
            return [one for one in known if all(word in f"{say(one[1])} {one[0]}".casefold() for word in wanted)]

        def then(one: tuple[str, object] | None) -> None:
            if one is not None:
                self.choose(name, [one[0]] if one[0] else [])

        question = Phrase(N_("Which department?"))
        finding.find(self, question, rows, lambda one: (Cell(one[1]),), then, columns=(Column(None),), typed=typed)

    def check_in(self) -> None:
        """A new campaign, or what differs from what is set."""
        from casework.casebook import campaigns

        for name in NUMBERS:
            typed = self.text(name).replace(",", "").replace("，", "")
            if typed and not _is_number(typed):
                self.wrong(name, Phrase(N_("This is no number: nothing was saved.")))
                return
        if self.campaign_id:
            self.enter(self._change, campaigns.change)
        else:
            self.enter(self._entry, campaigns.start)

    def done(self, receipt: Receipt) -> None:
        """It is saved: its lists are made while one goes on."""
        super().done(receipt)
        campaigning.build(self.casework)

    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = {name: self.text(name).replace(",", "").replace("，", "") or None for name in NUMBERS}
        values |= {name: self.day(name) for name in DAYS}
        return values | {"lead": self.text("lead")} | {name: self.chosen(name).value for name in DEPARTMENTS}

    def _entry(self) -> Any:
        from casework.casebook.campaign_entries import StartEntry

        return StartEntry(key=self.key, **self._values())

    def _change(self) -> Any:
        from casework.casebook.campaign_entries import CampaignChange

        now, before = self.standing(), self._base
        changed = {
            name: value
            for name, value in self._values().items()
            if any(now[kind].get(f"f-{name}") != before[kind].get(f"f-{name}") for kind in ("texts", "chosen"))
        }
        return CampaignChange(campaign_id=self.campaign_id, words=self.text("words"), **changed)


def _is_number(typed: str) -> bool:
    try:
        float(typed)
    except ValueError:
        return False
    return True
