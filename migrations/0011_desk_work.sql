-- What makes an agent fast: phrases, macros, views, bulk runs, and each person's keys.
-- For whom something is kept: `owner_id` set, one person; `team_id` set, a team; `line_id` set, a line; none, the client.
CREATE TABLE phrase(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT,
  team_id BIGINT,
  owner_id BIGINT,
  folder TEXT NOT NULL,
  title TEXT NOT NULL,
  shortcut {KEY} NOT NULL,
  text_zh TEXT NOT NULL,
  text_en TEXT NOT NULL,
  place BIGINT NOT NULL DEFAULT 0,
  used BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX phrase_tenant ON phrase(tenant_id, id);

CREATE TABLE macro(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT,
  team_id BIGINT,
  owner_id BIGINT,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  slot BIGINT,
  used BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX macro_tenant ON macro(tenant_id, id);

-- One's own views span the clients one serves, so they are the person's; shared ones belong to a client.
CREATE TABLE own_view(
  id {ID},
  user_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  place BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);
CREATE INDEX own_view_user ON own_view(user_id, id);
CREATE TABLE shared_view(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT,
  team_id BIGINT,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  place BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);
CREATE INDEX shared_view_tenant ON shared_view(tenant_id, id);

-- One deed done to many conversations. The run is its author's; each item belongs to its conversation's client.
CREATE TABLE bulk_run(
  id {ID},
  user_id BIGINT NOT NULL,
  actor_kind BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  language {KEY} NOT NULL,
  actions TEXT NOT NULL,
  undoing BIGINT NOT NULL DEFAULT 0,
  left_out BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);
CREATE INDEX bulk_run_user ON bulk_run(user_id, id);
CREATE TABLE bulk_item(
  run_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  tenant_id BIGINT NOT NULL,
  state {KEY} NOT NULL,
  code {KEY},
  back TEXT,
  epoch BIGINT,
  PRIMARY KEY (run_id, conversation_id)
);
CREATE INDEX bulk_item_state ON bulk_item(run_id, state, conversation_id);

CREATE TABLE own_keys(user_id {ID}, keys TEXT NOT NULL, changed_at BIGINT NOT NULL);

-- A conversation that woke stays at the top of its lists until somebody acts.
ALTER TABLE conversation ADD COLUMN woke_at BIGINT;
CREATE INDEX conversation_woke ON conversation(line_id, woke_at, id) WHERE woke_at IS NOT NULL;
CREATE INDEX conversation_due ON conversation(line_id, next_due, id) WHERE next_due IS NOT NULL;
CREATE INDEX conversation_waits ON conversation(line_id, waiting_since, id) WHERE waiting_since IS NOT NULL;
