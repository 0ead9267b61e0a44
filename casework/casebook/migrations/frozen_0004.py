"""The statements from schema 3 to schema 4, frozen: they never change, whatever the models become."""

STATEMENTS = (
    (
        "CREATE TABLE booking (id TEXT NOT NULL PRIMARY KEY, household_id TEXT NOT NULL, resident_id TEXT, day TEXT "
        "NOT NULL, hour TEXT NOT NULL, asked_by TEXT, phone TEXT, note TEXT, words TEXT, state TEXT NOT NULL, made_at "
        "TEXT NOT NULL, worker_id TEXT NOT NULL) WITHOUT ROWID"
    ),
    "CREATE INDEX booking_household_id ON booking (household_id)",
    "CREATE INDEX booking_day ON booking (day)",
    (
        "CREATE TABLE door_notice (id TEXT NOT NULL PRIMARY KEY, household_id TEXT NOT NULL, number TEXT NOT NULL, "
        "left_at TEXT NOT NULL, tries INTEGER NOT NULL, how TEXT, note TEXT, worker_id TEXT NOT NULL) WITHOUT ROWID"
    ),
    "CREATE INDEX door_notice_household_id ON door_notice (household_id)",
    (
        "CREATE TABLE spell (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, starts_on TEXT NOT NULL, ends_on TEXT, "
        "words TEXT, worker_id TEXT NOT NULL) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE rule (id TEXT NOT NULL PRIMARY KEY, shelf TEXT NOT NULL, key TEXT NOT NULL, body TEXT, words "
        "TEXT, changed_at TEXT NOT NULL, worker_id TEXT NOT NULL) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE campaign (id TEXT NOT NULL PRIMARY KEY, key TEXT NOT NULL, version TEXT NOT NULL, body TEXT NOT "
        "NULL, subject TEXT NOT NULL, goal INTEGER, starts_on TEXT NOT NULL, deadline TEXT, lead TEXT, sponsor TEXT, "
        "funder TEXT, budget_per_door REAL, state TEXT NOT NULL, closed_at TEXT, signed_by TEXT, result TEXT, "
        "started_at TEXT NOT NULL, worker_id TEXT NOT NULL) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE campaign_mark (id TEXT NOT NULL PRIMARY KEY, campaign_id TEXT NOT NULL, unit_id TEXT, kind TEXT "
        "NOT NULL, words TEXT, n INTEGER, day TEXT NOT NULL, made_at TEXT NOT NULL, worker_id TEXT NOT NULL) WITHOUT "
        "ROWID"
    ),
    "CREATE INDEX campaign_mark_campaign_id_unit_id ON campaign_mark (campaign_id, unit_id)",
    (
        "CREATE TABLE campaign_unit (campaign_id TEXT NOT NULL, unit_id TEXT NOT NULL, household_id TEXT, place_id "
        "TEXT, grid_id TEXT NOT NULL, building_id TEXT, walk_order INTEGER NOT NULL, bucket TEXT NOT NULL, why TEXT "
        "NOT NULL, tries INTEGER NOT NULL, done_on TEXT, turns_on TEXT, PRIMARY KEY (campaign_id, unit_id)) WITHOUT "
        "ROWID"
    ),
    (
        "CREATE INDEX campaign_unit_campaign_id_bucket_grid_id_walk_order_unit_id ON campaign_unit (campaign_id, "
        "bucket, grid_id, walk_order, unit_id)"
    ),
    "CREATE INDEX campaign_unit_campaign_id_building_id_bucket ON campaign_unit (campaign_id, building_id, bucket)",
    "CREATE INDEX campaign_unit_household_id ON campaign_unit (household_id) WHERE household_id IS NOT NULL",
    "CREATE INDEX campaign_unit_place_id ON campaign_unit (place_id) WHERE place_id IS NOT NULL",
    "CREATE INDEX campaign_unit_turns_on ON campaign_unit (turns_on) WHERE turns_on IS NOT NULL",
    (
        "CREATE TABLE campaign_try (campaign_id TEXT NOT NULL, day TEXT NOT NULL, unit_id TEXT NOT NULL, n INTEGER "
        "NOT NULL, done INTEGER NOT NULL, PRIMARY KEY (campaign_id, day, unit_id)) WITHOUT ROWID"
    ),
    "CREATE INDEX campaign_try_campaign_id_unit_id_day ON campaign_try (campaign_id, unit_id, day)",
    (
        "CREATE TABLE campaign_count (campaign_id TEXT NOT NULL, bucket TEXT NOT NULL, grid_id TEXT NOT NULL, n "
        "INTEGER NOT NULL, PRIMARY KEY (campaign_id, bucket, grid_id)) WITHOUT ROWID"
    ),
)
