"""Signing a campaign off (销号): what is still open, who signs, and what came of it; asked twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.domain.campaign import BUCKET_NAMES, OPEN, Bucket
from casework.domain.phrase import N_, Phrase
from casework.tui import campaigning, dialogs, marks
from casework.tui.dialogs import Said
from casework.tui.screens.register_form import RegisterForm
from casework.tui.widgets.formlines import FormLine, LineField
from casework.tui.widgets.pagelist import Cell, Column, ListSource, PageList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from casework.casebook.campaign_views import UnitRow


class CampaignCloseForm(RegisterForm):
    """The form; its subject is the campaign."""

    FORM = "campaign_close"
    TITLES = (N_("Sign a campaign off"), N_("Sign a campaign off"))
    LABELS = {"signed_by": N_("Signed by"), "words": N_("Result")}
    CSS = """
    CampaignCloseForm #open-units { height: 1fr; min-height: 4; }
    """

    def lines(self) -> Iterable[Widget]:
        """What is open, who signs, what came of it."""
        yield FormLine(self.label("signed_by"), LineField("f-signed_by", shown=Phrase(N_("who signs it off"))))
        yield FormLine(
            self.label("words"),
            LineField("f-words", shown=Phrase(N_("what came of it, and of what is open"))),
        )
        yield Said("", id="open-head", classes="says")
        yield PageList(
            (Column(1), Column(14), Column(14), Column(None)),
            self._cells,
            empty=Phrase(N_("Nothing is open.")),
            id="open-units",
        )

    def on_mount(self) -> None:
        """The cursor stands where the name is typed."""
        if self._pristine is None:
            self.field("signed_by").focus()
        super().on_mount()

    def load(self) -> None:
        """Read what is open."""
        from casework.casebook import campaigns

        row = campaigns.get(self.book, self.draft_subject)
        counts = campaigns.buckets(self.book, row.id)
        left = campaigns.open_at_close(self.book, row.id)
        parts = [
            Phrase(N_("{bucket}: {n}"), {"bucket": Phrase(BUCKET_NAMES[bucket]), "n": counts[bucket]})
            for bucket in Bucket
            if bucket in OPEN and counts.get(bucket)
        ]
        said = campaigning.together(parts, "  ")
        head = Phrase(N_("{name}: nothing is open."), {"name": row.label})
        if parts:
            head = Phrase(
                N_("{name}: {n} still open   {parts}"),
                {"name": row.label, "n": campaigning.open_of(counts), "parts": said},
            )
        self.query_one("#open-head", Said).display = True
        self.query_one("#open-head", Said).say(head)
        self.query_one("#open-units", PageList).show(ListSource(left))
        self._open = campaigning.open_of(counts)

    def check_in(self) -> None:
        """Ask twice, in other words, then sign it off."""
        from casework.casebook import campaigns

        if not self.text("signed_by"):
            self.wrong("signed_by", Phrase(N_("Say who signs it off: nothing was saved.")))
            return
        if not self.text("words"):
            self.wrong("words", Phrase(N_("Say what came of it: nothing was saved.")))
            return
        first = Phrase(N_("Sign it off? {n} are still open."), {"n": self._open})
        second = Phrase(N_("From then on it can only be read. Really sign it off?"))
        dialogs.ask_twice(self, first, second, lambda: self.enter(self._entry, campaigns.close))

    def _entry(self) -> Any:
        from casework.casebook.campaign_entries import CloseCampaign

        return CloseCampaign(campaign_id=self.draft_subject, signed_by=self.text("signed_by"), words=self.text("words"))

    def _cells(self, row: UnitRow) -> Sequence[Cell]:
        mark, tone = campaigning.SIGNS[row.bucket]
        return (
            Cell(marks.mark(mark, self.casework.marks), tone), Cell(row.address), Cell(" ".join(row.names), "muted"),
            Cell(campaigning.dated(row.why, self.book.today()), tone),
        )  # fmt: skip
