"""One unit, one door, one building of a campaign: where each stands and why."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from casework.casebook import campaign_facts, campaign_units, receipts
from casework.casebook.campaign_board import campaign_made
from casework.casebook.campaign_facts import Needs
from casework.casebook.campaign_lists import facts_of
from casework.casebook.campaign_views import HouseholdCampaign
from casework.casebook.errors import NotFound
from casework.casebook.transaction import no_such_record
from casework.domain.campaign import OPEN, Bucket, CampaignSubject, Standing

if TYPE_CHECKING:
    from casework.casebook.book import Casebook
    from casework.domain.phrase import Phrase


def why(book: Casebook, campaign_id: str, unit_id: str, day: date | None = None) -> Standing:
    """Where a unit stands on a day (today), and why, reckoned from its facts.

    Raises:
        NotFound: there is no such campaign or unit.
    """
    execute = book.database.connection().cursor().execute
    campaign = campaign_made(execute, campaign_id)
    found = facts_of(execute, campaign, [unit_id])
    for _unit, _where, _known, standing in campaign_units.standings(execute, campaign, found, day or book.today()):
        return standing
    raise NotFound(no_such_record())


def of_household(book: Casebook, household_id: str) -> list[HouseholdCampaign]:
    """In which campaigns a door stands and why, those for which it is not eligible left out; the running ones."""
    execute = book.database.connection().cursor().execute
    known = campaign_units.running(execute)
    found = []
    for unit, campaign_id, bucket, packed, tries, done_on, turns_on in execute(
        "SELECT unit_id, campaign_id, bucket, why, tries, done_on, turns_on FROM campaign_unit WHERE household_id = ?",
        (household_id,),
    ).fetchall():
        campaign = next((one for one in known if one.id == campaign_id), None)
        if campaign is None or bucket == Bucket.NOT_ELIGIBLE.value:
            continue
        standing = Standing(
            Bucket(bucket), receipts.unpack_phrase(json.loads(packed)), tries,
            date.fromisoformat(done_on) if done_on else None, date.fromisoformat(turns_on) if turns_on else None,
        )  # fmt: skip
        person = unit if campaign.definition.subject is CampaignSubject.RESIDENT else None
        found.append(HouseholdCampaign(campaign_id, campaign.definition.label, standing, person))
    return sorted(found, key=lambda one: (one.standing.bucket not in OPEN, one.campaign_id, one.resident_id or ""))


def stair(book: Casebook, campaign_id: str, building_id: str) -> dict[str, tuple[Bucket, Phrase]]:
    """Where each door of a building stands, and why; of a campaign about people by the one for whom most is left."""
    execute = book.database.connection().cursor().execute
    campaign = campaign_made(execute, campaign_id)
    doors = [row[0] for row in execute("SELECT id FROM household WHERE building_id = ?", (building_id,)).fetchall()]
    kept: dict[str, tuple[Bucket, Phrase]] = {}
    order = list(Bucket)
    for home, bucket, packed in execute(
        "SELECT household_id, bucket, why FROM campaign_unit WHERE campaign_id = ? AND building_id = ?",
        (campaign_id, building_id),
    ).fetchall():
        if packed and (home not in kept or order.index(Bucket(bucket)) < order.index(kept[home][0])):
            kept[home] = (Bucket(bucket), receipts.unpack_phrase(json.loads(packed)))
    away = [door for door in doors if door not in kept]
    found: campaign_units.Found = {}
    if away and campaign.definition.subject in (CampaignSubject.HOUSEHOLD, CampaignSubject.RESIDENT):
        found = campaign_facts.doors(execute, away, Needs.of([campaign]))
    for door, _where, _known, standing in campaign_units.standings(execute, campaign, found, book.today()):
        kept[door] = (Bucket.NOT_ELIGIBLE, standing.why)
    return kept
