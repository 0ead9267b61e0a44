"""The statements from schema 2 to schema 3, frozen: they never change, whatever the models become."""

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
    "CREATE INDEX followup_household ON followup (household_id, category, opened_at)",
    "CREATE INDEX followup_place ON followup (place_id, category, opened_at) WHERE place_id IS NOT NULL",
    "CREATE INDEX followup_building ON followup (building_id, category, opened_at) WHERE building_id IS NOT NULL",
    "CREATE INDEX followup_address ON followup (address, category, opened_at) WHERE address IS NOT NULL",
    "CREATE INDEX followup_opened ON followup (opened_at, id, recurring_id)",
    "CREATE INDEX followup_recurring_id_opened_at ON followup (recurring_id, opened_at) WHERE recurring_id IS NOT NULL",
    "CREATE INDEX followup_official_number ON followup (official_number) WHERE official_number IS NOT NULL",
    # The lists of open cases; `closed_at` stands in them so that a list is read in its index alone.
    (
        "CREATE INDEX followup_open ON followup (due_on, id, state, due_at, next_action_on, opened_at, severity, "
        "closed_at) WHERE closed_at IS NULL"
    ),
    (
        "CREATE INDEX followup_open_owner ON followup (owner_kind, owner, due_on, id, severity, priority, "
        "closed_at) WHERE closed_at IS NULL"
    ),
    (
        "CREATE INDEX followup_open_category ON followup (category, due_on, id, severity, priority, closed_at) "
        "WHERE closed_at IS NULL"
    ),
    "CREATE INDEX followup_open_state ON followup (state, due_on, id, due_at, closed_at) WHERE closed_at IS NULL",
    (
        "CREATE INDEX followup_open_priority ON followup (ifnull(priority, CASE severity WHEN 'critical' THEN 1 "
        "WHEN 'must_fix' THEN 3 ELSE 5 END), due_on, id, severity, priority, closed_at) WHERE closed_at IS NULL"
    ),
    (
        "CREATE INDEX followup_open_repeats ON followup (due_on, id, recurring_id, closed_at) "
        "WHERE closed_at IS NULL AND recurring_id IS NOT NULL"
    ),
    (
        "CREATE INDEX followup_handed ON followup (handed_by, due_on, id, state, closed_at, owner_kind, owner) "
        "WHERE state = 'assigned'"
    ),
    (
        "CREATE INDEX followup_closed ON followup (closed_at, id, state, category, owner_kind, owner, severity, "
        "setbacks, recurring_id) WHERE closed_at IS NOT NULL"
    ),
    "CREATE INDEX followup_setbacks ON followup (closed_at, id, setbacks) WHERE setbacks > 0",
    "CREATE INDEX followup_event_moves ON followup_event (at, kind, was, state, followup_id)",
    "CREATE INDEX action_undone_by ON action (undone_by) WHERE undone_by IS NOT NULL",
    "CREATE INDEX promise_followup_id ON promise (followup_id)",
    "CREATE INDEX place_grid_id_walk_order_name_id ON place (grid_id, walk_order, name, id)",
    "CREATE INDEX place_kind_grid_id_walk_order_name_id ON place (kind, grid_id, walk_order, name, id)",
    "CREATE INDEX promise_household_id ON promise (household_id) WHERE household_id IS NOT NULL",
    "CREATE INDEX promise_place_id ON promise (place_id) WHERE place_id IS NOT NULL",
    "CREATE INDEX promise_open ON promise (due_on, id) WHERE state = 'open'",
    (
        "CREATE TABLE blob (hash TEXT NOT NULL PRIMARY KEY, media TEXT NOT NULL, size INTEGER NOT NULL, "
        "staged_at TEXT, data BLOB NOT NULL)"
    ),
    (
        "CREATE TABLE attachment (id TEXT NOT NULL PRIMARY KEY, blob TEXT NOT NULL, original TEXT NOT NULL, "
        "subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, part TEXT, name TEXT NOT NULL, media TEXT NOT NULL, "
        "size INTEGER NOT NULL, words TEXT, taken_at TEXT, added_at TEXT NOT NULL, worker_id TEXT NOT NULL)"
    ),
    "CREATE INDEX attachment_blob ON attachment (blob)",
    "CREATE INDEX attachment_original ON attachment (original)",
    "CREATE INDEX attachment_subject_kind_subject_id ON attachment (subject_kind, subject_id)",
    "CREATE INDEX blob_staged_at ON blob (staged_at) WHERE staged_at IS NOT NULL",
)
