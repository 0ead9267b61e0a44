"""The tables. Those of the journal are the truth; the others are projections of it, rebuildable.

Days are ISO dates, instants ISO date-times with their offset; both are text, so that they sort and that every
language reads them. Ids are 32 hex digits.
"""

from __future__ import annotations

from peewee import BlobField, CompositeKey, IntegerField, TextField

from casework.casebook.campaign_models import (
    Booking,
    Campaign,
    CampaignCount,
    CampaignMark,
    CampaignTry,
    CampaignUnit,
    DoorNotice,
    Rule,
    Spell,
)
from casework.casebook.evidence_tables import Attachment, Blob
from casework.casebook.model_base import JsonField, Table
from casework.casebook.work_models import Followup, FollowupEvent, Hazard, Promise, SafetyCheck, Visit

# --- the journal -----------------------------------------------------------------------------------------


class Meta(Table):
    """Facts about this file: community, device, epoch, schema."""

    k = TextField(primary_key=True)
    v = TextField()


class Chain(Table):
    """One device in one epoch: the ops of a chain are numbered without a gap and hash-linked."""

    id = IntegerField(primary_key=True)
    device = TextField()
    epoch = TextField()

    class Meta:
        indexes = ((("device", "epoch"), True),)


class Op(Table):
    """One operation of the append-only journal."""

    n = IntegerField(primary_key=True)
    chain = IntegerField()
    seq = IntegerField()
    op_id = BlobField()
    prev = BlobField()
    hlc = IntegerField()
    wall = TextField()
    tz = IntegerField()
    actor = TextField()
    act = TextField()
    ent = TextField()
    eid = TextField(index=True)
    kind = TextField()
    schema = IntegerField()
    area = TextField(null=True)
    clk = IntegerField()
    body = TextField(null=True)
    body_sha = BlobField()
    seg_id = BlobField(null=True)
    state = IntegerField(default=0)

    class Meta:
        indexes = ((("chain", "seq"), True),)


class Fval(Table):
    """The values of an edited field: a multi-value register. Heads are rows with `arr` = 1 and `sup` = 0.

    A field that only the record's first op has set needs no row here.
    """

    eid = TextField()
    fld = TextField()
    op_id = BlobField()
    hlc = IntegerField()
    val = TextField(null=True)
    arr = IntegerField()
    sup = IntegerField()

    class Meta:
        primary_key = CompositeKey("eid", "fld", "op_id")
        without_rowid = True


class Conflict(Table):
    """A field with two or more distinct heads, open until one op names them all."""

    id = TextField(primary_key=True)
    eid = TextField(index=True)
    fld = TextField()
    opened_at = TextField()
    resolved_by = BlobField(null=True)


class Action(Table):
    """One save: what undo takes back and what a retry finds again."""

    n = IntegerField(primary_key=True)
    act = TextField(unique=True)
    chain = IntegerField()
    first_seq = IntegerField()
    last_seq = IntegerField()
    verb = TextField()
    actor = TextField()
    at = TextField()
    undoable = IntegerField()
    undone_by = TextField(null=True)


class Draft(Table):
    """An unfinished form. Not journalled: it is not yet a fact."""

    form = TextField()
    subject = TextField()
    actor = TextField()
    data = JsonField()
    updated_at = TextField()

    class Meta:
        primary_key = CompositeKey("form", "subject", "actor")


class Setting(Table):
    """What this laptop remembers and no other needs: grid in use, language, theme."""

    k = TextField(primary_key=True)
    v = JsonField()


# --- projections: the register ---------------------------------------------------------------------------


class Area(Table):
    """An area of the tree; buildings are its leaves."""

    id = TextField(primary_key=True)
    level = TextField()
    name = TextField()
    parent_id = TextField(null=True, index=True)
    aliases = JsonField(null=True)
    code = TextField(null=True)
    code_year = IntegerField(null=True)
    walk_order = IntegerField(null=True)


class Kitchen(Table):
    """A kitchen that several households share."""

    id = TextField(primary_key=True)
    building_id = TextField(index=True)
    name = TextField()


class Household(Table):
    """A door."""

    id = TextField(primary_key=True)
    grid_id = TextField()
    building_id = TextField()
    address = TextField()
    short = TextField()
    unit = TextField(null=True)
    floor = IntegerField(null=True)
    room = TextField(null=True)
    walk_order = IntegerField(null=True)
    fuel = TextField(null=True)
    tenure = TextField(null=True)
    phone = TextField(null=True)
    kitchen_id = TextField(null=True)
    cautions = JsonField(null=True)
    note = TextField(null=True)
    entered_on = TextField()

    class Meta:
        indexes = (
            (("grid_id", "walk_order"), False),
            (("building_id", "short"), False),
            (("kitchen_id",), False),
        )


class Resident(Table):
    """A person of a household."""

    id = TextField(primary_key=True)
    household_id = TextField(index=True)
    name = TextField()
    sex = TextField(null=True)
    born = TextField(null=True)
    citizen_id = TextField(null=True, index=True)
    phone = TextField(null=True)
    phone_note = TextField(null=True)
    relation = TextField(null=True)
    head = IntegerField(null=True)
    residence_state = TextField(null=True)
    life_state = TextField(null=True)
    life_state_on = TextField(null=True)
    risk_override = TextField(null=True)
    risk_reason = TextField(null=True)
    last_seen_on = TextField(null=True)
    last_seen_by = TextField(null=True)
    note = TextField(null=True)


class Tag(Table):
    """A dated welfare tag of a resident."""

    id = TextField(primary_key=True)
    resident_id = TextField(index=True)
    tag = TextField()
    since = TextField(null=True)
    until = TextField(null=True)
    source = TextField(null=True)


class Contact(Table):
    """An emergency contact of a resident."""

    id = TextField(primary_key=True)
    resident_id = TextField(index=True)
    name = TextField()
    relation = TextField(null=True)
    phone = TextField(null=True)


class Consent(Table):
    """What a resident agreed to, per purpose."""

    id = TextField(primary_key=True)
    resident_id = TextField(index=True)
    purpose = TextField()
    basis = TextField()
    given = IntegerField()
    how = TextField(null=True)
    text_version = TextField(null=True)
    given_on = TextField(null=True)
    withdrawn_on = TextField(null=True)


class Device(Table):
    """A valve, hose, alarm or cylinder that was fitted."""

    id = TextField(primary_key=True)
    kind = TextField()
    household_id = TextField(null=True, index=True)
    kitchen_id = TextField(null=True)
    place_id = TextField(null=True)
    maker = TextField(null=True)
    model = TextField(null=True)
    batch = TextField(null=True)
    made_on = TextField(null=True)
    fitted_on = TextField(null=True)
    removed_on = TextField(null=True)
    life_months = IntegerField(null=True)
    note = TextField(null=True)
    check_id = TextField(null=True)

    class Meta:
        indexes = ((("kind", "batch"), False),)


class Place(Table):
    """A thing outdoors that is checked."""

    id = TextField(primary_key=True)
    grid_id = TextField(index=True)
    kind = TextField()
    name = TextField()
    address = TextField(null=True)
    number = TextField(null=True)
    walk_order = IntegerField(null=True)
    note = TextField(null=True)
    entered_on = TextField()

    class Meta:
        indexes = (
            (("grid_id", "walk_order", "name", "id"), False),
            (("kind", "grid_id", "walk_order", "name", "id"), False),
        )


class Worker(Table):
    """Somebody who logs."""

    id = TextField(primary_key=True)
    name = TextField()
    role = TextField(null=True)
    phone = TextField(null=True)


# --- derived in the same transaction ---------------------------------------------------------------------


class Due(Table):
    """Open work, one row a thing to do; kept up with every save, recomputed by doctor."""

    id = IntegerField(primary_key=True)
    grid_id = TextField()
    household_id = TextField(null=True)
    resident_id = TextField(null=True)
    place_id = TextField(null=True)
    kind = TextField()
    rule = TextField()
    opens_on = TextField()
    due_on = TextField()
    closes_on = TextField()
    priority = IntegerField()
    attempts = IntegerField()
    band = TextField()
    reason = TextField()

    class Meta:
        indexes = (
            (("grid_id", "opens_on"), False),
            (("household_id",), False),
        )


class Doc(Table):
    """What search shows of a person, a door without people, a place or a building."""

    id = IntegerField(primary_key=True)
    kind = TextField()
    eid = TextField(unique=True)
    household_id = TextField(null=True)
    grid_id = TextField(null=True)
    name = TextField()
    address = TextField()
    phones = TextField()

    class Meta:
        indexes = ((("household_id",), False),)


TABLES: tuple[type[Table], ...] = (
    Meta, Chain, Op, Fval, Conflict, Action, Draft, Setting,
    Area, Kitchen, Household, Resident, Tag, Contact, Consent, Device, Place, Worker,
    Visit, SafetyCheck, Hazard, Followup, FollowupEvent, Promise, Attachment, Blob, Due, Doc,
    Booking, DoorNotice, Spell, Rule, Campaign, CampaignMark, CampaignUnit, CampaignTry, CampaignCount,
)  # fmt: skip

SEARCH_TABLE = (
    "CREATE VIRTUAL TABLE search USING fts5(name, pinyin, address, phone, content='', contentless_delete=1, "
    "prefix='1 2 3', tokenize=\"unicode61 tokenchars '-'\")"
)
"""One token a character for Chinese, so that two-character names are always found; the trigram tokenizer
finds nothing under three."""
