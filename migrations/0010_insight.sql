-- What is measured beside the legs of routing, what a line aims at, and the alerts that somebody confirms.

-- A fact: the contact wrote, and somebody of staff answered or nobody did. One turn begins with the contact's first message
-- that nobody has answered yet. `closed` is set when its conversation ends, so that the next turn is a first one again.
CREATE TABLE reply_turn(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  queue_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  is_first BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  asked_pos BIGINT NOT NULL,
  user_id BIGINT,
  ended_at BIGINT,
  ended_pos BIGINT,
  outcome {KEY},
  closed BIGINT NOT NULL DEFAULT 0,
  simulated BIGINT NOT NULL DEFAULT 0,
  UNIQUE (conversation_id, asked_pos)
);
CREATE UNIQUE INDEX reply_turn_open ON reply_turn(conversation_id) WHERE ended_pos IS NULL;
CREATE INDEX reply_turn_time ON reply_turn(tenant_id, line_id, asked_at);

-- A fact: after a conversation its contact was asked how it was, and perhaps said so, 1 to 5. One per conversation.
CREATE TABLE satisfaction(
  conversation_id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  queue_id BIGINT NOT NULL,
  user_id BIGINT,
  asked_at BIGINT NOT NULL,
  answered_at BIGINT,
  score BIGINT,
  simulated BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX satisfaction_time ON satisfaction(tenant_id, line_id, asked_at);

-- The legs and records that are asked for by what is open now, by agent and by day.
CREATE INDEX queue_leg_open ON queue_leg(tenant_id, line_id) WHERE to_at IS NULL;
CREATE INDEX agent_leg_open ON agent_leg(tenant_id, line_id) WHERE to_at IS NULL;
CREATE INDEX agent_leg_user ON agent_leg(user_id, from_at);
CREATE INDEX agent_interval_user ON agent_interval(user_id, from_at);
CREATE INDEX reservation_offered ON reservation(tenant_id, line_id, offered_at);
CREATE INDEX disposition_time ON disposition(tenant_id, line_id, at);

-- What a line aims at; without a row the usual.
CREATE TABLE line_target(
  line_id {ID},
  tenant_id BIGINT NOT NULL,
  answer_within_ms BIGINT NOT NULL,
  answer_share BIGINT NOT NULL,
  short_abandon_ms BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

-- When to warn. `value` is a count, milliseconds, or ten-thousandths. `crossed_at`: since when it holds, empty if it does not.
CREATE TABLE threshold(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  metric {KEY} NOT NULL,
  operator {KEY} NOT NULL,
  value BIGINT NOT NULL,
  for_ms BIGINT NOT NULL,
  quiet_from BIGINT,
  quiet_to BIGINT,
  escalate_ms BIGINT,
  enabled BIGINT NOT NULL,
  crossed_at BIGINT,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX threshold_line ON threshold(tenant_id, line_id, id);

-- What a threshold raised: who confirmed it and with what note, whether it was passed upwards, when it was over.
CREATE TABLE alert(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  threshold_id BIGINT NOT NULL,
  metric {KEY} NOT NULL,
  operator {KEY} NOT NULL,
  value BIGINT NOT NULL,
  seen BIGINT NOT NULL,
  crossed_at BIGINT NOT NULL,
  raised_at BIGINT NOT NULL,
  acknowledged_by BIGINT,
  acknowledged_at BIGINT,
  note TEXT,
  escalated_at BIGINT,
  over_at BIGINT
);
CREATE UNIQUE INDEX alert_open ON alert(threshold_id) WHERE over_at IS NULL;
CREATE INDEX alert_line ON alert(tenant_id, line_id, id);
