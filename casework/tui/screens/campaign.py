"""The board of one campaign: who wants it, how it stands, when it will be finished, and who is left, door by door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal

from casework.casebook.campaign_views import CountStep, UnitRow
from casework.domain import forecast_words
from casework.domain.campaign import BUCKET_NAMES, Bucket
from casework.domain.phrase import N_, Phrase
from casework.language import say
from casework.tui import campaigning, dates, dialogs, marks
from casework.tui.actions import ACTIONS
from casework.tui.dialogs import Said
from casework.tui.screens.doors import DoorListScreen
from casework.tui.widgets.buckets import BucketBar
from casework.tui.widgets.pagelist import Cell, Column, KeysetSource, ListSource, PageList
from casework.tui.widgets.story import Story

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from casework.casebook.campaign_views import CampaignRow
    from casework.domain.forecast import Forecast
    from casework.domain.receipt import Receipt
    from casework.tui.actions import Action

ROWS_A_PAGE = 60
EMPTY = Phrase(N_("Nobody stands in this group. tab shows the next one."))
EMPTY_COUNTER = Phrase(N_("Nothing was counted yet. + counts on."))
COUNTED = {**BUCKET_NAMES, Bucket.TO_VISIT: N_("to go"), Bucket.DONE: N_("counted")}
"""What the two figures of a counter are called."""
READ_ONLY = Phrase(N_("This campaign is signed off and can only be read."))
STILL_READ = frozenset(
    {"campaign.next_bucket", "campaign.previous_bucket", "campaign.chart", "campaign.buildings", "campaign.grids",
     "campaign.export"}
)  # fmt: skip
"""What a campaign that is signed off still allows."""
ON_A_UNIT = frozenset({"campaign.exempt", "campaign.admit", "campaign.refuse", "campaign.recheck"})
WITHOUT_COUNTER = ON_A_UNIT | {
    "campaign.next_bucket", "campaign.previous_bucket", "campaign.buildings", "campaign.grids", "campaign.export",
}  # fmt: skip


class CampaignScreen(DoorListScreen):
    """One campaign. The keys of a door act on the one under the cursor."""

    SCOPES = ("door", "campaign", "over")
    CSS_PATH = "campaign.tcss"

    def __init__(self, campaign_id: str) -> None:
        super().__init__()
        self.campaign_id = campaign_id
        self.campaign: CampaignRow | None = None
        self.bucket: Bucket | None = None
        self.everywhere = True
        self.forecast: Forecast | None = None
        self._counts: dict[Bucket, int] = {}

    def body(self) -> ComposeResult:
        """Head, who, forecast, buckets, the list."""
        yield Said("", id="campaign-head")
        yield Said("", id="campaign-who")
        yield Said("", id="campaign-forecast")
        yield BucketBar(id="campaign-buckets")
        with Horizontal(id="campaign-left"):
            yield PageList(
                (Column(1), Column(15), Column(12), Column(2, right=True), Column(None)),
                self._cells,
                empty=EMPTY,
                id="units",
            )
            yield Story()

    @property
    def rows(self) -> PageList[UnitRow | CountStep]:
        """The list."""
        return self.query_one("#units", PageList)

    @property
    def unit(self) -> UnitRow | None:
        """The one under the cursor."""
        row = self.rows.current
        return row if isinstance(row, UnitRow) else None

    @property
    def household_id(self) -> str | None:
        """The household under the cursor."""
        return self.unit.household_id if self.unit is not None else None

    @property
    def place_id(self) -> str | None:
        """The place outdoors under the cursor."""
        return self.unit.place_id if self.unit is not None else None

    # reading

    @property
    def grid_id(self) -> str | None:
        """The grid that is shown; None for all."""
        return None if self.everywhere else self.book.grid_id

    def load(self) -> None:
        """Read the board, with the cursor where it was; the forecast follows from a thread."""
        from casework.casebook import campaigns

        book, row = self.book, campaigns.get(self.book, self.campaign_id)
        self.campaign = row
        self._counts = campaigns.buckets(book, row.id, self.grid_id)
        if self.bucket is None:
            held = [bucket for bucket in Bucket if self._counts.get(bucket) and bucket is not Bucket.NOT_ELIGIBLE]
            self.bucket = held[0] if held else Bucket.TO_VISIT
        self.set_class(campaigning.closed(row), "-closed")
        self._say()
        self._fill(row)
        campaigning.tell_forecast(self, row.id, self._told)

    def _fill(self, row: CampaignRow) -> None:
        from casework.casebook import campaigns

        book, bucket, grid = self.book, self.bucket or Bucket.TO_VISIT, self.grid_id
        at = max(0, self.rows.cursor)
        if campaigning.counts(row):
            steps: list[UnitRow | CountStep] = list(campaigns.steps(book, row.id))
            self.rows.empty = EMPTY_COUNTER
            self.rows.show(ListSource(steps), at=min(at, max(0, len(steps) - 1)))
            return
        total = campaigns.count_of(book, row.id, bucket, grid)
        source: KeysetSource[UnitRow] = KeysetSource(
            total,
            lambda after, limit: campaigns.page(book, row.id, bucket, grid, after, limit),
            campaigns.position,
            lambda index: campaigns.position_at(book, row.id, bucket, grid, index),
            rows_a_page=ROWS_A_PAGE,
        )
        self.rows.show(source, at=max(0, min(at, total - 1)))
        if not total:
            self.query_one(Story).show(None, book.today())

    def _told(self, forecast: Forecast) -> None:
        self.forecast = forecast
        self._say()

    def _say(self) -> None:
        row = self.campaign
        if row is None:
            return
        done, goal = campaigning.done_of(self._counts), campaigning.goal_of(row, self._counts)
        values: dict[str, object] = {
            "name": row.label, "done": done, "goal": goal, "percent": 100 * done // goal if goal else 0,
            "unit": row.unit or "",
        }  # fmt: skip
        head = Phrase(N_("{name}   {done} of {goal} {unit} ({percent} %)"), values)
        if campaigning.closed(row):
            head = Phrase(N_("{head}   signed off, read only"), {"head": head})
        elif not self.everywhere:
            head = Phrase(N_("{head}   this grid"), {"head": head})
        self.query_one("#campaign-head", Said).say(head)
        self.query_one("#campaign-who", Said).say(self._who(row))
        self.query_one("#campaign-forecast", Said).say(self._ends(row))
        bar = self.query_one("#campaign-buckets", BucketBar)
        counter = campaigning.counts(row)
        bar.show(
            self._counts, None if counter else self.bucket, self.casework.marks, COUNTED if counter else BUCKET_NAMES
        )

    def _who(self, row: CampaignRow) -> Phrase:
        today = self.book.today()
        parts: list[object] = [Phrase(N_("from {day}"), {"day": dates.day_text(row.starts_on, today)})]
        if row.deadline is not None:
            parts.append(Phrase(N_("until {day}"), {"day": dates.day_text(row.deadline, today)}))
        for said, value in (
            (N_("lead: {who}"), row.lead),
            (N_("for: {who}"), campaigning.department(row.sponsor) if row.sponsor else ""),
            (N_("paid by: {who}"), campaigning.department(row.funder) if row.funder else ""),
        ):
            if value:
                parts.append(Phrase(said, {"who": value}))
        if row.budget_per_door is not None:
            parts.append(Phrase(N_("{yuan} yuan a door"), {"yuan": f"{row.budget_per_door:g}"}))
        return campaigning.together(parts, "   ")

    def _ends(self, row: CampaignRow) -> Phrase:
        today = self.book.today()
        if campaigning.closed(row):
            day = dates.day_text(row.closed_at.date(), today) if row.closed_at else ""
            return Phrase(
                N_("Signed off by {who} on {day}: {words}"), {"who": row.signed_by, "day": day, "words": row.result}
            )
        if self.forecast is None:
            return Phrase(N_("The forecast is being reckoned…"))
        said = [campaigning.dated(one, today) for one in forecast_words.brief(self.forecast)]
        return campaigning.together(said)

    def retranslate(self) -> None:
        """Say it in the language that is on now."""
        super().retranslate()
        if self.casework.book is not None:
            self._say()

    def copyable(self) -> str:
        """The door under the cursor, and why."""
        unit = self.unit
        return f"{unit.address} {say(unit.why)}" if unit is not None else ""

    # what can be done

    def why_not(self, action_id: str) -> Phrase | None:
        """A campaign that is signed off can only be read; a counter has no doors."""
        row = self.campaign
        if ACTIONS[action_id].scope == "campaign" and row is not None:
            if campaigning.closed(row) and action_id not in STILL_READ:
                return READ_ONLY
            if campaigning.counts(row) and action_id in WITHOUT_COUNTER:
                return Phrase(N_("This campaign is a counter: it has no list of doors."))
            if not campaigning.counts(row) and action_id == "campaign.count":
                return Phrase(N_("This campaign counts by itself, from what is logged at the doors."))
            if action_id in ON_A_UNIT and self.unit is None:
                return Phrase(N_("There is nobody under the cursor."))
        return super().why_not(action_id)

    def footer(self) -> list[Action]:
        """What can never be done on this board is left out."""
        row = self.campaign
        kept = super().footer()
        if row is None:
            return kept
        if campaigning.closed(row):
            kept = [one for one in kept if one.scope != "campaign" or one.id in STILL_READ]
        if campaigning.counts(row):
            return [one for one in kept if one.id not in WITHOUT_COUNTER and one.scope != "door"]
        return [one for one in kept if one.id != "campaign.count"]

    def _step(self, step: int) -> None:
        order = list(Bucket)
        at = order.index(self.bucket or Bucket.TO_VISIT)
        self.bucket = order[(at + step) % len(order)]
        self.rows.move_to(0)
        self.load()

    def action_campaign_next_bucket(self) -> None:
        """The next bucket."""
        self._step(1)

    def action_campaign_previous_bucket(self) -> None:
        """The bucket before."""
        self._step(-1)

    def action_campaign_grids(self) -> None:
        """This grid, or all."""
        self.everywhere = not self.everywhere
        self.rows.move_to(0)
        self.load()

    def action_campaign_chart(self) -> None:
        """The burn-up chart."""
        self.casework.open("campaign_chart", self.campaign_id, then=self.came_back)

    def action_campaign_buildings(self) -> None:
        """How each building stands."""
        self.casework.open("campaign_buildings", self.campaign_id, self.grid_id or "", then=self.came_back)

    def action_stairwell_show(self) -> None:
        """The stairwell of this door, by bucket."""
        unit = self.unit
        if unit is not None and unit.building_id is not None:
            self.casework.open(
                "campaign_stairs", self.campaign_id, unit.building_id, unit.household_id or "", then=self.came_back
            )

    def action_campaign_change(self) -> None:
        """Another goal or deadline."""
        self.casework.open("campaign_form", f"change/{self.campaign_id}", then=self.came_back)

    def action_campaign_close(self) -> None:
        """Sign it off."""
        self.casework.open("campaign_close", self.campaign_id, then=self.came_back)

    def action_campaign_export(self) -> None:
        """Write the list."""
        if self.campaign is not None:
            campaigning.export(self, self.campaign, self.grid_id)

    def action_campaign_exempt(self) -> None:
        """Leave this one out."""
        from casework.casebook import campaigns

        self._mark(Phrase(N_("Why is {unit} left out?"), {"unit": self._called()}), campaigns.exempt)

    def action_campaign_admit(self) -> None:
        """Take this one in again."""
        from casework.casebook import campaigns

        self._mark(Phrase(N_("Why is {unit} taken in?"), {"unit": self._called()}), campaigns.admit)

    def action_campaign_refuse(self) -> None:
        """Note that this one refuses."""
        from casework.casebook import campaigns

        self._mark(Phrase(N_("What does {unit} say?"), {"unit": self._called()}), campaigns.refuse)

    def _called(self) -> str:
        unit = self.unit
        return "" if unit is None else " ".join(part for part in (unit.address, *unit.names[:1]) if part)

    def _mark(self, question: Phrase, verb: Callable[..., Receipt]) -> None:
        unit, campaign = self.unit, self.campaign_id
        if unit is None:
            return

        def then(words: str | None) -> None:
            if words:
                from casework.casebook.campaign_entries import UnitMark

                campaigning.entered(
                    self, lambda: UnitMark(campaign_id=campaign, unit_id=unit.id, words=words), verb, self.decided
                )

        dialogs.ask_text(self, question, then, required=True)

    def decided(self, _receipt: Receipt) -> None:
        """It is saved: the board shows it."""
        self.load()

    def action_campaign_recheck(self) -> None:
        """What the second look showed."""
        unit, campaign = self.unit, self.campaign_id
        if unit is None:
            return

        def save(in_order: bool, words: str) -> None:
            from casework.casebook import campaigns
            from casework.casebook.campaign_entries import RecheckEntry

            campaigning.entered(
                self, lambda: RecheckEntry(campaign_id=campaign, unit_id=unit.id, in_order=in_order, words=words),
                campaigns.recheck, self.decided,
            )  # fmt: skip

        def then(in_order: bool | None) -> None:
            if in_order:
                save(True, "")
            elif in_order is not None:
                dialogs.ask_text(
                    self, Phrase(N_("What is not in order?")), lambda words: save(False, words) if words else None,
                    required=True,
                )  # fmt: skip

        options = [(True, Phrase(N_("still in order"))), (False, Phrase(N_("not in order any more")))]
        dialogs.choose(
            self, Phrase(N_("What did the second look at {unit} show?"), {"unit": self._called()}), options, then
        )

    def action_campaign_count(self) -> None:
        """A step of the counter."""
        campaign = self.campaign_id

        def number(typed: str | None) -> None:
            if typed is None:
                return
            try:
                n = int(typed.replace(",", "").replace("，", ""))
            except ValueError:
                self.tell(
                    Phrase(N_("This is no whole number: {typed}. Nothing was saved."), {"typed": typed}), tone="error"
                )
                return
            dialogs.ask_text(
                self, Phrase(N_("Who reported it, or what is it from?")), lambda words: save(n, words), required=True
            )

        def save(n: int, words: str | None) -> None:
            if words is None:
                return
            from casework.casebook import campaigns
            from casework.casebook.campaign_entries import CountEntry

            campaigning.entered(
                self, lambda: CountEntry(campaign_id=campaign, n=n, words=words), campaigns.count, self.decided
            )

        dialogs.ask_text(self, Phrase(N_("How many more? (-3 for three fewer)")), number, required=True)

    # the list

    def _cells(self, row: UnitRow | CountStep) -> Sequence[Cell]:
        today, style = self.book.today(), self.casework.marks
        if isinstance(row, CountStep):
            return (
                Cell(marks.mark("done", style), "done"), Cell(dates.day_text(row.day, today), "muted"), Cell(f"{row.n:+d}"),
                Cell(""), Cell(f"{row.words}  {row.worker}", "muted"),
            )  # fmt: skip
        mark, tone = campaigning.SIGNS[row.bucket]
        return (
            Cell(marks.mark(mark, style), tone),
            Cell(row.address, "text"),
            Cell(" ".join(row.names), "muted"),
            Cell(str(row.tries) if row.tries else "", "muted"),
            Cell(campaigning.dated(row.why, today), tone),
        )
