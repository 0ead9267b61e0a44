"""The statements of schema 1, frozen: they never change, whatever the models become."""

STATEMENTS = (
    (
        "CREATE TABLE action (n INTEGER NOT NULL PRIMARY KEY, act TEXT NOT NULL, chain INTEGER NOT NULL,"
        " first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL, verb TEXT NOT NULL, actor TEXT NOT "
        "NULL, at TEXT NOT NULL, undoable INTEGER NOT NULL, undone_by TEXT)"
    ),
    (
        "CREATE TABLE area (id TEXT NOT NULL PRIMARY KEY, level TEXT NOT NULL, name TEXT NOT NULL, "
        "parent_id TEXT, aliases TEXT, code TEXT, code_year INTEGER, walk_order INTEGER)"
    ),
    "CREATE TABLE chain (id INTEGER NOT NULL PRIMARY KEY, device TEXT NOT NULL, epoch TEXT NOT NULL)",
    (
        "CREATE TABLE conflict (id TEXT NOT NULL PRIMARY KEY, eid TEXT NOT NULL, fld TEXT NOT NULL, "
        "opened_at TEXT NOT NULL, resolved_by BLOB)"
    ),
    (
        "CREATE TABLE consent (id TEXT NOT NULL PRIMARY KEY, resident_id TEXT NOT NULL, purpose TEXT NOT"
        " NULL, basis TEXT NOT NULL, given INTEGER NOT NULL, how TEXT, text_version TEXT, given_on TEXT,"
        " withdrawn_on TEXT)"
    ),
    (
        "CREATE TABLE contact (id TEXT NOT NULL PRIMARY KEY, resident_id TEXT NOT NULL, name TEXT NOT "
        "NULL, relation TEXT, phone TEXT)"
    ),
    (
        "CREATE TABLE device (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, household_id TEXT, "
        "kitchen_id TEXT, place_id TEXT, maker TEXT, model TEXT, batch TEXT, made_on TEXT, fitted_on "
        "TEXT, removed_on TEXT, life_months INTEGER, note TEXT, check_id TEXT)"
    ),
    (
        "CREATE TABLE doc (id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, eid TEXT NOT NULL, "
        "household_id TEXT, grid_id TEXT, name TEXT NOT NULL, address TEXT NOT NULL, phones TEXT NOT "
        "NULL)"
    ),
    (
        "CREATE TABLE draft (form TEXT NOT NULL, subject TEXT NOT NULL, actor TEXT NOT NULL, data TEXT "
        "NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (form, subject, actor))"
    ),
    (
        "CREATE TABLE due (id INTEGER NOT NULL PRIMARY KEY, grid_id TEXT NOT NULL, household_id TEXT, "
        "resident_id TEXT, place_id TEXT, kind TEXT NOT NULL, rule TEXT NOT NULL, opens_on TEXT NOT "
        "NULL, due_on TEXT NOT NULL, closes_on TEXT NOT NULL, priority INTEGER NOT NULL, attempts "
        "INTEGER NOT NULL, band TEXT NOT NULL, reason TEXT NOT NULL)"
    ),
    (
        "CREATE TABLE followup (id TEXT NOT NULL PRIMARY KEY, number TEXT NOT NULL, household_id TEXT, "
        "place_id TEXT, resident_id TEXT, hazard_id TEXT, category TEXT NOT NULL, title TEXT NOT NULL, "
        "title_en TEXT, severity TEXT NOT NULL, state TEXT NOT NULL, owner_kind TEXT NOT NULL, owner "
        "TEXT NOT NULL, next_action_on TEXT, due_on TEXT, opened_at TEXT NOT NULL, closed_at TEXT, "
        "result TEXT, grid_id TEXT, needs_visit INTEGER, extensions INTEGER, suspensions INTEGER) "
        "WITHOUT ROWID"
    ),
    (
        "CREATE TABLE followup_event (id TEXT NOT NULL PRIMARY KEY, followup_id TEXT NOT NULL, kind TEXT"
        " NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, state TEXT, owner_kind TEXT, owner TEXT, note "
        "TEXT, happened_at TEXT) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE fval (eid TEXT NOT NULL, fld TEXT NOT NULL, op_id BLOB NOT NULL, hlc INTEGER NOT "
        "NULL, val TEXT, arr INTEGER NOT NULL, sup INTEGER NOT NULL, PRIMARY KEY (eid, fld, op_id)) "
        "WITHOUT ROWID"
    ),
    (
        "CREATE TABLE hazard (id TEXT NOT NULL PRIMARY KEY, check_id TEXT NOT NULL, household_id TEXT, "
        "place_id TEXT, question TEXT NOT NULL, level TEXT NOT NULL, fixed_on_spot INTEGER NOT NULL, "
        "evidence TEXT, followup_id TEXT)"
    ),
    (
        "CREATE TABLE household (id TEXT NOT NULL PRIMARY KEY, grid_id TEXT NOT NULL, building_id TEXT "
        "NOT NULL, address TEXT NOT NULL, short TEXT NOT NULL, unit TEXT, floor INTEGER, room TEXT, "
        "walk_order INTEGER, fuel TEXT, tenure TEXT, phone TEXT, kitchen_id TEXT, cautions TEXT, note "
        "TEXT, entered_on TEXT NOT NULL)"
    ),
    ("CREATE TABLE kitchen (id TEXT NOT NULL PRIMARY KEY, building_id TEXT NOT NULL, name TEXT NOT NULL)"),
    "CREATE TABLE meta (k TEXT NOT NULL PRIMARY KEY, v TEXT NOT NULL)",
    (
        "CREATE TABLE op (n INTEGER NOT NULL PRIMARY KEY, chain INTEGER NOT NULL, seq INTEGER NOT NULL, "
        "op_id BLOB NOT NULL, prev BLOB NOT NULL, hlc INTEGER NOT NULL, wall TEXT NOT NULL, tz INTEGER "
        "NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL, ent TEXT NOT NULL, eid TEXT NOT NULL, kind "
        "TEXT NOT NULL, schema INTEGER NOT NULL, area TEXT, clk INTEGER NOT NULL, body TEXT, body_sha "
        "BLOB NOT NULL, seg_id BLOB, state INTEGER NOT NULL)"
    ),
    (
        "CREATE TABLE place (id TEXT NOT NULL PRIMARY KEY, grid_id TEXT NOT NULL, kind TEXT NOT NULL, "
        "name TEXT NOT NULL, address TEXT, number TEXT, walk_order INTEGER, note TEXT, entered_on TEXT "
        "NOT NULL)"
    ),
    (
        "CREATE TABLE resident (id TEXT NOT NULL PRIMARY KEY, household_id TEXT NOT NULL, name TEXT NOT "
        "NULL, sex TEXT, born TEXT, citizen_id TEXT, phone TEXT, phone_note TEXT, relation TEXT, head "
        "INTEGER, residence_state TEXT, life_state TEXT, life_state_on TEXT, risk_override TEXT, "
        "risk_reason TEXT, last_seen_on TEXT, last_seen_by TEXT, note TEXT)"
    ),
    (
        "CREATE TABLE safety_check (id TEXT NOT NULL PRIMARY KEY, checklist TEXT NOT NULL, version TEXT "
        "NOT NULL, subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, household_id TEXT, happened_at "
        "TEXT NOT NULL, entered_at TEXT NOT NULL, worker_id TEXT NOT NULL, answers TEXT NOT NULL, note "
        "TEXT) WITHOUT ROWID"
    ),
    "CREATE TABLE setting (k TEXT NOT NULL PRIMARY KEY, v TEXT NOT NULL)",
    (
        "CREATE TABLE tag (id TEXT NOT NULL PRIMARY KEY, resident_id TEXT NOT NULL, tag TEXT NOT NULL, "
        "since TEXT, until TEXT, source TEXT)"
    ),
    (
        "CREATE TABLE visit (id TEXT NOT NULL PRIMARY KEY, household_id TEXT NOT NULL, outcome TEXT NOT "
        "NULL, mode TEXT NOT NULL, happened_at TEXT NOT NULL, entered_at TEXT NOT NULL, worker_id TEXT "
        "NOT NULL, met TEXT, about TEXT, topics TEXT, note TEXT, concern TEXT, next_visit_on TEXT, "
        "refusal_reason TEXT) WITHOUT ROWID"
    ),
    "CREATE TABLE worker (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, role TEXT, phone TEXT)",
    "CREATE UNIQUE INDEX action_act ON action (act)",
    "CREATE INDEX area_parent_id ON area (parent_id)",
    "CREATE UNIQUE INDEX chain_device_epoch ON chain (device, epoch)",
    "CREATE INDEX conflict_eid ON conflict (eid)",
    "CREATE INDEX consent_resident_id ON consent (resident_id)",
    "CREATE INDEX contact_resident_id ON contact (resident_id)",
    "CREATE INDEX device_household_id ON device (household_id)",
    "CREATE INDEX device_kind_batch ON device (kind, batch)",
    "CREATE UNIQUE INDEX doc_eid ON doc (eid)",
    "CREATE INDEX doc_household_id ON doc (household_id)",
    "CREATE INDEX due_grid_id_opens_on ON due (grid_id, opens_on)",
    "CREATE INDEX due_household_id ON due (household_id)",
    "CREATE INDEX followup_household_id ON followup (household_id)",
    "CREATE INDEX followup_closed_at_due_on_id ON followup (closed_at, due_on, id)",
    "CREATE INDEX followup_state_due_on_id ON followup (state, due_on, id)",
    ("CREATE INDEX followup_owner_kind_owner_closed_at_due_on ON followup (owner_kind, owner, closed_at, due_on)"),
    "CREATE INDEX followup_number ON followup (number)",
    "CREATE INDEX followup_event_followup_id_at ON followup_event (followup_id, at)",
    "CREATE INDEX hazard_check_id ON hazard (check_id)",
    "CREATE INDEX hazard_household_id ON hazard (household_id)",
    "CREATE INDEX household_grid_id_walk_order ON household (grid_id, walk_order)",
    "CREATE INDEX household_building_id_short ON household (building_id, short)",
    "CREATE INDEX household_kitchen_id ON household (kitchen_id)",
    "CREATE INDEX kitchen_building_id ON kitchen (building_id)",
    "CREATE INDEX op_eid ON op (eid)",
    "CREATE UNIQUE INDEX op_chain_seq ON op (chain, seq)",
    "CREATE INDEX place_grid_id ON place (grid_id)",
    "CREATE INDEX resident_household_id ON resident (household_id)",
    "CREATE INDEX resident_citizen_id ON resident (citizen_id)",
    ("CREATE INDEX safety_check_subject_id_checklist_happened_at ON safety_check (subject_id, checklist, happened_at)"),
    "CREATE INDEX safety_check_household_id_happened_at ON safety_check (household_id, happened_at)",
    "CREATE INDEX tag_resident_id ON tag (resident_id)",
    "CREATE INDEX visit_household_id_happened_at ON visit (household_id, happened_at)",
    "CREATE INDEX visit_happened_at ON visit (happened_at)",
    "CREATE INDEX due_place_id ON due (place_id) WHERE place_id IS NOT NULL",
    (
        "CREATE VIRTUAL TABLE search USING fts5(name, pinyin, address, phone, content='', "
        "contentless_delete=1, prefix='1 2 3', tokenize=\"unicode61 tokenchars '-'\")"
    ),
)
