"""The tables of schedule and campaigns: bookings, notices, rules of the worker's own, and how far a campaign is.

Those with a uuid of their own are projections of the journal. `CampaignUnit`, `CampaignTry` and `CampaignCount` are
derived in the same transaction as the fact that changes them, as `due` is; `doctor` makes them anew and compares.
"""

from __future__ import annotations

from peewee import CompositeKey, FloatField, IntegerField, TextField

from casework.casebook.model_base import JsonField, Table


class Booking(Table):
    """A visit agreed for a day and an hour, after tries that met nobody or on a resident's own word.

    `day` is an ISO date, `hour` a local time such as 14:30. `state` is open or cancelled: whether it was kept follows
    from the visits. `words` say why it was moved or cancelled.
    """

    id = TextField(primary_key=True)
    household_id = TextField(index=True)
    resident_id = TextField(null=True)
    day = TextField(index=True)
    hour = TextField()
    asked_by = TextField(null=True)
    phone = TextField(null=True)
    note = TextField(null=True)
    words = TextField(null=True)
    state = TextField()
    made_at = TextField()
    worker_id = TextField()

    class Meta:
        without_rowid = True


class DoorNotice(Table):
    """A notice that was left at a door where nobody opened. A fact."""

    id = TextField(primary_key=True)
    household_id = TextField(index=True)
    number = TextField()
    left_at = TextField()
    tries = IntegerField()
    how = TextField(null=True)
    note = TextField(null=True)
    worker_id = TextField()

    class Meta:
        without_rowid = True


class Spell(Table):
    """A stretch of weather or another occasion that rules ask about: a rain storm, a heat wave, a cold wave.

    `kind` is a word of the catalog (`spells.toml`); a spell without `ends_on` is still on.
    """

    id = TextField(primary_key=True)
    kind = TextField()
    starts_on = TextField()
    ends_on = TextField(null=True)
    words = TextField(null=True)
    worker_id = TextField()

    class Meta:
        without_rowid = True


class Rule(Table):
    """A rule of the worker's own, read after those of the catalog: one of the same key takes its place.

    `shelf` names the file that it stands for (schedule, risk), `body` is its table as TOML would give it, with days as
    ISO texts; without a body the rule of that key is switched off.
    """

    id = TextField(primary_key=True)
    shelf = TextField()
    key = TextField()
    body = JsonField(null=True)
    words = TextField(null=True)
    changed_at = TextField()
    worker_id = TextField()

    class Meta:
        without_rowid = True


class Campaign(Table):
    """A campaign that was started: the definition as it stood then, and what the community set for it.

    `body` is the catalog's definition with its version, kept so that a campaign is finished by the rule it began with;
    a new version of the rule is a change of this field. `subject` is household, resident, place or counter.
    """

    id = TextField(primary_key=True)
    key = TextField()
    version = TextField()
    body = JsonField()
    subject = TextField()
    goal = IntegerField(null=True)
    starts_on = TextField()
    deadline = TextField(null=True)
    lead = TextField(null=True)
    sponsor = TextField(null=True)
    funder = TextField(null=True)
    budget_per_door = FloatField(null=True)
    state = TextField()
    closed_at = TextField(null=True)
    signed_by = TextField(null=True)
    result = TextField(null=True)
    started_at = TextField()
    worker_id = TextField()

    class Meta:
        without_rowid = True


class CampaignMark(Table):
    """What somebody decided about one unit of a campaign: exempt or not, refused, looked at again; or a count.

    `kind` is a word of `domain.campaign.MarkKind`; `unit_id` is empty for a plain counter, whose step is `n`. A fact.
    """

    id = TextField(primary_key=True)
    campaign_id = TextField()
    unit_id = TextField(null=True)
    kind = TextField()
    words = TextField(null=True)
    n = IntegerField(null=True)
    day = TextField()
    made_at = TextField()
    worker_id = TextField()

    class Meta:
        without_rowid = True
        indexes = ((("campaign_id", "unit_id"), False),)


class CampaignUnit(Table):
    """Where one eligible household, resident or place stands in a campaign that runs, as of the campaign's day.

    `why` is a packed phrase. `turns_on` is the next day on which time alone moves it (a birthday, a re-check that falls
    due); NULL for never. Units that are not eligible have a row only where that will change by itself: in the bucket
    `not_eligible`.
    """

    campaign_id = TextField()
    unit_id = TextField()
    household_id = TextField(null=True)
    place_id = TextField(null=True)
    grid_id = TextField()
    building_id = TextField(null=True)
    walk_order = IntegerField()
    bucket = TextField()
    why = TextField()
    tries = IntegerField()
    done_on = TextField(null=True)
    turns_on = TextField(null=True)

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("campaign_id", "unit_id")
        indexes = (
            (("campaign_id", "bucket", "grid_id", "walk_order", "unit_id"), False),
            (("campaign_id", "building_id", "bucket"), False),
            (("household_id",), False),
            (("place_id",), False),
            (("turns_on",), False),
        )


class CampaignTry(Table):
    """A day on which one unit of a campaign was tried: the how-many-th time, and whether it came to *done* that day."""

    campaign_id = TextField()
    day = TextField()
    unit_id = TextField()
    n = IntegerField()
    done = IntegerField()

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("campaign_id", "day", "unit_id")
        indexes = ((("campaign_id", "unit_id", "day"), False),)


class CampaignCount(Table):
    """How many units of a campaign stand in a bucket, by grid: kept up with every save so that a board is read at once."""

    campaign_id = TextField()
    bucket = TextField()
    grid_id = TextField()
    n = IntegerField()

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("campaign_id", "bucket", "grid_id")
