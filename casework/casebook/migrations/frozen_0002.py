"""The statements from schema 1 to schema 2, frozen: they never change, whatever the models become."""

_FOLLOWUP = (
    "source TEXT", "official_number TEXT", "extra TEXT", "funder TEXT", "building_id TEXT", "unit TEXT",
    "address TEXT", "reported_by TEXT", "reported_phone TEXT", "opened_by TEXT", "handed_by TEXT", "helpers TEXT",
    "due_at TEXT", "limit_hours INTEGER", "urgent INTEGER", "priority INTEGER", "recurring_id TEXT",
    "duplicate_of TEXT", "done_by_kind TEXT", "done_by TEXT", "tries INTEGER", "satisfaction INTEGER",
    "asked INTEGER", "reopens INTEGER", "setbacks INTEGER", "recurred_by TEXT",
)  # fmt: skip
_EVENT = ("was TEXT", "until_on TEXT", "due_at TEXT", "approved_by TEXT", "data TEXT")

STATEMENTS = (
    *(f"ALTER TABLE followup ADD COLUMN {column}" for column in _FOLLOWUP),
    *(f"ALTER TABLE followup_event ADD COLUMN {column}" for column in _EVENT),
    (
        "CREATE TABLE promise (id TEXT NOT NULL PRIMARY KEY, followup_id TEXT NOT NULL, visit_event TEXT, "
        "party TEXT NOT NULL, name TEXT, what TEXT NOT NULL, due_on TEXT NOT NULL, look INTEGER, state TEXT NOT NULL, "
        "words TEXT, made_at TEXT NOT NULL, settled_at TEXT, household_id TEXT, place_id TEXT) WITHOUT ROWID"
    ),
    "DROP INDEX followup_household_id",
    "DROP INDEX followup_closed_at_due_on_id",
    "DROP INDEX followup_state_due_on_id",
    "DROP INDEX followup_owner_kind_owner_closed_at_due_on",
    "CREATE INDEX followup_household_id_opened_at ON followup (household_id, opened_at)",
    "CREATE INDEX followup_place_id_opened_at ON followup (place_id, opened_at) WHERE place_id IS NOT NULL",
    "CREATE INDEX followup_building_id_opened_at ON followup (building_id, opened_at) WHERE building_id IS NOT NULL",
    "CREATE INDEX followup_recurring_id_opened_at ON followup (recurring_id, opened_at) WHERE recurring_id IS NOT NULL",
    "CREATE INDEX followup_official_number ON followup (official_number) WHERE official_number IS NOT NULL",
    (
        "CREATE INDEX followup_open ON followup (due_on, id, state, owner_kind, owner, category, severity, priority, "
        "opened_at, handed_by, recurring_id, due_at, next_action_on) WHERE closed_at IS NULL"
    ),
    "CREATE INDEX followup_open_of_owner ON followup (owner_kind, owner, due_on, id) WHERE closed_at IS NULL",
    "CREATE INDEX followup_handed ON followup (handed_by, due_on, id) WHERE state = 'assigned'",
    "CREATE INDEX followup_closed ON followup (closed_at, id, state, owner_kind, owner, category, severity, priority, "
    "opened_at, recurring_id, due_on, due_at, household_id, setbacks) WHERE closed_at IS NOT NULL",
    "CREATE INDEX followup_event_at_was_state ON followup_event (at, was, state)",
    "CREATE INDEX promise_followup_id ON promise (followup_id)",
    "CREATE INDEX promise_household_id ON promise (household_id) WHERE household_id IS NOT NULL",
    "CREATE INDEX promise_place_id ON promise (place_id) WHERE place_id IS NOT NULL",
    "CREATE INDEX promise_open ON promise (due_on, id) WHERE state = 'open'",
)
