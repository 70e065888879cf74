-- The floor: breaks, forced states, raised hands, briefings, handovers and must-read announcements.

-- Why and by whom somebody's state was set, while that state lasts.
ALTER TABLE agent_state ADD COLUMN forced_by BIGINT;
ALTER TABLE agent_state ADD COLUMN forced_reason TEXT;

-- Kinds of break, settings of the provider. `turn` grows with each decision about a kind: the row is what decisions of
-- all nodes queue up for, so that no two of them count the same free place. 0 times, minutes or places means no limit.
CREATE TABLE break_kind(
  id {ID},
  key {KEY} NOT NULL UNIQUE,
  name_en TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  minutes_each BIGINT NOT NULL,
  minutes_day BIGINT NOT NULL,
  times_day BIGINT NOT NULL,
  at_once BIGINT NOT NULL,
  approval BIGINT NOT NULL,
  position BIGINT NOT NULL,
  archived BIGINT NOT NULL DEFAULT 0,
  turn BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);
INSERT INTO break_kind(id, key, name_en, name_zh, minutes_each, minutes_day, times_day, at_once, approval, position, created_at)
VALUES (1, 'rest', 'Rest', '休息', 15, 45, 0, 0, 0, 1, 0),
       (2, 'meal', 'Meal', '用餐', 60, 60, 2, 0, 0, 2, 0),
       (3, 'toilet', 'Toilet', '洗手间', 10, 0, 0, 0, 0, 3, 0),
       (4, 'personal', 'Personal', '个人事务', 15, 30, 0, 0, 0, 4, 0);

-- One break somebody asked for. `day` is the agent's own, in days since 1970; `team_id` the team whose places it takes.
CREATE TABLE break_request(
  id {ID},
  user_id BIGINT NOT NULL,
  kind_id BIGINT NOT NULL REFERENCES break_kind(id),
  team_id BIGINT NOT NULL,
  day BIGINT NOT NULL,
  state {KEY} NOT NULL,
  planned_ms BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  decided_by BIGINT,
  reason TEXT,
  began_at BIGINT,
  due_at BIGINT,
  overrun_at BIGINT,
  ended_at BIGINT
);
-- One at a time, whatever races.
CREATE UNIQUE INDEX break_request_open ON break_request(user_id) WHERE state IN ('asked', 'queued', 'active');
CREATE INDEX break_request_live ON break_request(kind_id, state, asked_at) WHERE state IN ('asked', 'queued', 'active');
CREATE INDEX break_request_day ON break_request(user_id, day);

-- A raised hand: from then, through being taken, to being lowered. The time to help is a fact.
CREATE TABLE hand(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  reason TEXT NOT NULL,
  state {KEY} NOT NULL,
  raised_at BIGINT NOT NULL,
  taken_by BIGINT,
  taken_at BIGINT,
  lowered_by BIGINT,
  lowered_at BIGINT
);
CREATE UNIQUE INDEX hand_open ON hand(conversation_id, user_id) WHERE state <> 'lowered';
CREATE INDEX hand_line ON hand(tenant_id, line_id, id) WHERE state <> 'lowered';

-- Somebody reads along with a conversation, from then to then.
CREATE TABLE watch(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT
);
CREATE UNIQUE INDEX watch_open ON watch(conversation_id, user_id) WHERE to_at IS NULL;
-- A note said to the agent alone, by somebody who helps.
CREATE TABLE whisper(
  message_id {ID},
  tenant_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  from_user BIGINT NOT NULL,
  to_user BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX whisper_conversation ON whisper(conversation_id, message_id);

-- The sheet of a talk before a shift. Signed, it does not change; `hash` is over what was signed.
CREATE TABLE briefing(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  team_id BIGINT,
  day {KEY} NOT NULL,
  title TEXT NOT NULL,
  points TEXT NOT NULL,
  state {KEY} NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  signed_by BIGINT,
  signed_at BIGINT,
  hash {BLOB}
);
CREATE INDEX briefing_line ON briefing(tenant_id, line_id, id);
CREATE TABLE briefing_attendance(
  briefing_id BIGINT NOT NULL REFERENCES briefing(id),
  tenant_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  present BIGINT NOT NULL,
  acknowledged_at BIGINT,
  PRIMARY KEY (briefing_id, user_id)
);
CREATE INDEX briefing_attendance_user ON briefing_attendance(user_id, briefing_id);

-- A handover from one person to another: what is open is collected when it is made; signed, it does not change.
CREATE TABLE handover(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  from_user BIGINT NOT NULL,
  to_user BIGINT NOT NULL,
  note TEXT NOT NULL,
  state {KEY} NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  signed_at BIGINT,
  countersigned_at BIGINT,
  hash {BLOB}
);
CREATE INDEX handover_line ON handover(tenant_id, line_id, id);
CREATE INDEX handover_open ON handover(to_user, id) WHERE state = 'signed';
CREATE TABLE handover_item(
  handover_id BIGINT NOT NULL REFERENCES handover(id),
  tenant_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  kind {KEY} NOT NULL,
  due_at BIGINT,
  comment TEXT NOT NULL,
  reassign BIGINT NOT NULL,
  outcome {KEY},
  PRIMARY KEY (handover_id, conversation_id)
);

-- What must be read. Line, team and role narrow whom it is for.
CREATE TABLE announcement(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT,
  team_id BIGINT,
  role_id BIGINT,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  must_read BIGINT NOT NULL,
  bars_ready BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  withdrawn_at BIGINT
);
CREATE INDEX announcement_tenant ON announcement(tenant_id, id);
CREATE TABLE announcement_receipt(
  announcement_id BIGINT NOT NULL REFERENCES announcement(id),
  tenant_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (announcement_id, user_id)
);
