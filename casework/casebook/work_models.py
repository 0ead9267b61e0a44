"""The tables of the work: visits, checks, hazards, follow-ups with their timeline and promises. Projections all."""

from __future__ import annotations

from peewee import IntegerField, TextField

from casework.casebook.model_base import JsonField, Table


class Visit(Table):
    """A knock, a call, a walk-in. A fact."""

    id = TextField(primary_key=True)
    household_id = TextField()
    outcome = TextField()
    mode = TextField()
    happened_at = TextField()
    entered_at = TextField()
    worker_id = TextField()
    met = JsonField(null=True)
    about = JsonField(null=True)
    topics = JsonField(null=True)
    note = TextField(null=True)
    concern = TextField(null=True)
    next_visit_on = TextField(null=True)
    refusal_reason = TextField(null=True)

    class Meta:
        without_rowid = True
        indexes = ((("household_id", "happened_at"), False), (("happened_at",), False))


class SafetyCheck(Table):
    """A filled checklist. A fact. `partial` is 1 where too little was looked at for it to count as done, else NULL."""

    id = TextField(primary_key=True)
    checklist = TextField()
    version = TextField()
    subject_kind = TextField()
    subject_id = TextField()
    household_id = TextField(null=True)
    happened_at = TextField()
    entered_at = TextField()
    worker_id = TextField()
    answers = JsonField()
    note = TextField(null=True)
    partial = IntegerField(null=True)

    class Meta:
        without_rowid = True
        indexes = (
            (("subject_id", "checklist", "happened_at"), False),
            (("household_id", "happened_at"), False),
        )


class Hazard(Table):
    """A hazard of a check in its own words: fixed on the spot, or with a follow-up."""

    id = TextField(primary_key=True)
    check_id = TextField(index=True)
    household_id = TextField(null=True, index=True)
    place_id = TextField(null=True)
    question = TextField()
    level = TextField()
    fixed_on_spot = IntegerField()
    evidence = TextField(null=True)
    followup_id = TextField(null=True)
    title = TextField(null=True)
    title_en = TextField(null=True)


class Followup(Table):
    """A case: something promised or found that somebody owes by a day."""

    id = TextField(primary_key=True)
    number = TextField()
    household_id = TextField(null=True)
    place_id = TextField(null=True)
    resident_id = TextField(null=True)
    hazard_id = TextField(null=True)
    category = TextField()
    title = TextField()
    title_en = TextField(null=True)
    severity = TextField()
    state = TextField()
    owner_kind = TextField()
    owner = TextField()
    next_action_on = TextField(null=True)
    due_on = TextField(null=True)
    opened_at = TextField()
    closed_at = TextField(null=True)
    result = TextField(null=True)
    grid_id = TextField(null=True)
    needs_visit = IntegerField(null=True)
    extensions = IntegerField(null=True)
    suspensions = IntegerField(null=True)
    # Since schema 2. `due_at` is the instant of which `due_on` is the day; `limit_hours` counts office hours, or hours
    # that run on where `urgent` is set. `handed_by` answers for it until the owner accepts. `extra` keeps what an
    # imported case said that has no field here.
    source = TextField(null=True)
    official_number = TextField(null=True)
    extra = JsonField(null=True)
    funder = TextField(null=True)
    building_id = TextField(null=True)
    unit = TextField(null=True)
    address = TextField(null=True)
    reported_by = TextField(null=True)
    reported_phone = TextField(null=True)
    opened_by = TextField(null=True)
    handed_by = TextField(null=True)
    helpers = JsonField(null=True)
    due_at = TextField(null=True)
    limit_hours = IntegerField(null=True)
    urgent = IntegerField(null=True)
    priority = IntegerField(null=True)
    recurring_id = TextField(null=True)
    duplicate_of = TextField(null=True)
    done_by_kind = TextField(null=True)
    done_by = TextField(null=True)
    tries = IntegerField(null=True)
    satisfaction = IntegerField(null=True)
    asked = IntegerField(null=True)
    reopens = IntegerField(null=True)
    setbacks = IntegerField(null=True)
    recurred_by = TextField(null=True)

    class Meta:
        without_rowid = True
        indexes = (
            (("household_id", "category", "opened_at"), False),
            (("place_id", "category", "opened_at"), False),
            (("building_id", "category", "opened_at"), False),
            (("address", "category", "opened_at"), False),
            (("recurring_id", "opened_at"), False),
            (("opened_at", "id", "recurring_id"), False),
            (("number",), False),
            (("official_number",), False),
        )


class FollowupEvent(Table):
    """A line of a case's timeline. A fact."""

    id = TextField(primary_key=True)
    followup_id = TextField()
    kind = TextField()
    at = TextField()
    by = TextField()
    state = TextField(null=True)
    owner_kind = TextField(null=True)
    owner = TextField(null=True)
    note = TextField(null=True)
    happened_at = TextField(null=True)
    # Since schema 2: the state before, the day and the deadline that the step names, who decided, and what else it says.
    was = TextField(null=True)
    until_on = TextField(null=True)
    due_at = TextField(null=True)
    approved_by = TextField(null=True)
    data = JsonField(null=True)

    class Meta:
        without_rowid = True
        indexes = ((("followup_id", "at"), False), (("at", "kind", "was", "state", "followup_id"), False))


class Promise(Table):
    """What a party promised at a joint visit, and by when: a sub-task of a case until it is kept or broken.

    `party` is a department's key, `name` the person who spoke for it. `look` is 1 where the grid worker must look.
    """

    id = TextField(primary_key=True)
    followup_id = TextField(index=True)
    visit_event = TextField(null=True)
    party = TextField()
    name = TextField(null=True)
    what = TextField()
    due_on = TextField()
    look = IntegerField(null=True)
    state = TextField()
    words = TextField(null=True)
    made_at = TextField()
    settled_at = TextField(null=True)
    household_id = TextField(null=True, index=True)
    place_id = TextField(null=True)

    class Meta:
        without_rowid = True
        indexes = ((("due_on", "id"), False),)
