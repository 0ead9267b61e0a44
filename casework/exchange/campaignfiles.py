"""A campaign's list as a spreadsheet: who is where, in walking order, with bucket and why; names masked unless revealed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from casework.casebook import campaigns
from casework.casebook.errors import WrongUse
from casework.domain import masking
from casework.domain.campaign import BUCKET_NAMES, Bucket, CampaignSubject
from casework.domain.phrase import N_, Phrase
from casework.domain.receipt import Receipt
from casework.domain.text import plain
from casework.exchange.releasing import Release
from casework.language import _, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from casework.casebook.book import Casebook
    from casework.casebook.campaign_views import CampaignRow, UnitRow
    from casework.casebook.transaction import Transaction

MOST_ROWS = 100_000
"""The sheet is made in memory, since scratch files would hold people's data where others can read."""

LONGEST_CELL = 32_767
PAGE = 1000


def write(
    book: Casebook, campaign_id: str, out: Path, *, buckets: Sequence[Bucket] = (), grid_id: str | None = None,
    reveal: bool = False, replace: bool = False,
) -> Receipt:  # fmt: skip
    """Write a campaign's list to a .xlsx file: all who are eligible, or those of some buckets, of one grid or of all.

    That it was exported is journalled, with the number of rows in the receipt.

    Raises:
        WrongUse: the file is there already, the campaign is a counter, or the list is longer than a sheet in memory.
        NotSaved: the file could not be written; nothing of it is left.
    """
    row = campaigns.get(book, campaign_id)
    if row.subject is CampaignSubject.COUNTER:
        raise WrongUse(Phrase(N_("A counter has no list.")))
    wanted = tuple(buckets) or tuple(one for one in Bucket if one is not Bucket.NOT_ELIGIBLE)
    if sum(campaigns.count_of(book, campaign_id, one, grid_id) for one in wanted) > MOST_ROWS:
        raise WrongUse(Phrase(N_("This list is too long for one sheet. Export one grid at a time.")))
    units = _units(book, campaign_id, wanted, grid_id)
    release = Release(out, replace=replace)
    with release.prepared(_spreadsheet(book, row, units, reveal)):
        receipt = _exported(book, row, len(units), reveal)
        release()
    return receipt


def _units(book: Casebook, campaign_id: str, wanted: Sequence[Bucket], grid_id: str | None) -> list[UnitRow]:
    found: list[UnitRow] = []
    for bucket in wanted:
        after = None
        while page := campaigns.page(book, campaign_id, bucket, grid_id, after, PAGE):
            found += page
            after = campaigns.position(page[-1])
    return sorted(found, key=campaigns.position)


def _spreadsheet(book: Casebook, campaign: CampaignRow, units: Sequence[UnitRow], reveal: bool) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                             "strings_to_numbers": False})  # fmt: skip
    bold = workbook.add_format({"bold": True})
    sheet = workbook.add_worksheet(plain(say(campaign.label)).translate(_NOT_IN_A_NAME)[:31])
    sheet.write_string(0, 0, plain(say(campaign.label)), bold)
    sheet.write_string(1, 0, _("As of {day}", day=book.today().isoformat()))
    columns = (
        (_("No."), 6), (_("Building"), 18), (_("Door"), 18), (_("Residents"), 18), (_("State"), 12), (_("Why"), 44),
        (_("Tries"), 8), (_("Done on"), 12),
    )  # fmt: skip
    for at, (label, width) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write_string(3, at, label, bold)
    for n, unit in enumerate(units, start=1):
        values: tuple[str | int, ...] = (
            n, plain(unit.building), plain(unit.address), _names(campaign, unit, reveal),
            say(Phrase(BUCKET_NAMES[unit.bucket])), plain(say(_why(unit, reveal))), unit.tries,
            unit.done_on.isoformat() if unit.done_on else "",
        )  # fmt: skip
        for at, value in enumerate(values):
            if isinstance(value, int):
                sheet.write_number(n + 3, at, value)
            elif value:
                sheet.write_string(n + 3, at, value[:LONGEST_CELL])
    sheet.freeze_panes(4, 0)
    workbook.close()
    return content.getvalue()


_NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def _names(campaign: CampaignRow, unit: UnitRow, reveal: bool) -> str:
    if campaign.subject is CampaignSubject.PLACE:
        return " ".join(map(plain, unit.names))
    return " ".join(plain(name if reveal else masking.name(name)) for name in unit.names)


def _why(unit: UnitRow, reveal: bool) -> Phrase:
    """The reason; what somebody wrote in words of her own stays masked, for it may say anything about a person."""
    words = unit.why.values.get("words")
    if reveal or not isinstance(words, str):
        return unit.why
    return Phrase(unit.why.text, {**unit.why.values, "words": "***"})


def _exported(book: Casebook, campaign: CampaignRow, count: int, revealed: bool) -> Receipt:
    def work(_tx: Transaction) -> Receipt:
        said = N_("Exported {campaign}: {n} rows, names in full") if revealed else N_("Exported {campaign}: {n} rows")
        values: dict[str, Any] = {"campaign": campaign.label, "n": count}
        return Receipt("", "campaign.export", "campaign", campaign.id, Phrase(said, values))

    return book.save("campaign.export", None, work, undoable=False)
