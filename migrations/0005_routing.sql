-- Queues, who is at work, what is offered to whom, and the facts that reports and bills are made of.
CREATE TABLE queue(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_key {KEY} NOT NULL,
  skills TEXT NOT NULL,
  priority BIGINT NOT NULL,
  fit {KEY} NOT NULL,
  offer_ms BIGINT NOT NULL,
  auto_accept BIGINT NOT NULL,
  wrap_up_ms BIGINT NOT NULL,
  on_absence {KEY} NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_id, line_id, name_key)
);

-- The state somebody is in now; nobody has a row who never signed in. `version` grows with each change. `seen_at` is
-- kept by nodes on which the user has a socket, where there are several.
CREATE TABLE agent_state(
  user_id {ID},
  state {KEY} NOT NULL,
  kind TEXT,
  since BIGINT NOT NULL,
  wrap_up_until BIGINT,
  version BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);
-- How much at once, in units; without a row the usual.
CREATE TABLE agent_capacity(
  user_id {ID},
  units BIGINT NOT NULL,
  chat BIGINT NOT NULL,
  mail BIGINT NOT NULL,
  voice BIGINT NOT NULL,
  ticket BIGINT NOT NULL,
  task BIGINT NOT NULL
);
-- A fact: somebody was in a state from then to then. Tenant and line are 0 where the time belongs to no line.
CREATE TABLE agent_interval(
  id {ID},
  user_id BIGINT NOT NULL,
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  state {KEY} NOT NULL,
  kind TEXT,
  from_at BIGINT NOT NULL,
  to_at BIGINT,
  simulated BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX agent_interval_open ON agent_interval(user_id) WHERE to_at IS NULL;
CREATE INDEX agent_interval_time ON agent_interval(tenant_id, from_at);

-- Work offered to an agent. `epoch` is the conversation's when it was offered; `owner_epoch` that of the floor.
CREATE TABLE reservation(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  inbox_id BIGINT NOT NULL,
  queue_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  state {KEY} NOT NULL,
  reason {KEY},
  epoch BIGINT NOT NULL,
  owner_epoch BIGINT NOT NULL,
  charged BIGINT NOT NULL,
  why TEXT NOT NULL,
  waiting_since BIGINT NOT NULL,
  offered_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT
);
-- One active reservation per item, whatever else goes wrong.
CREATE UNIQUE INDEX reservation_active ON reservation(conversation_id) WHERE state = 'active';
CREATE INDEX reservation_user ON reservation(user_id, id);
CREATE INDEX reservation_conversation ON reservation(conversation_id, id);

-- Facts: one waiting, and one serving, from then to then. `from_pos` is the event that began it.
CREATE TABLE queue_leg(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  queue_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  since BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  from_pos BIGINT NOT NULL,
  to_at BIGINT,
  outcome {KEY},
  user_id BIGINT,
  simulated BIGINT NOT NULL DEFAULT 0,
  UNIQUE (conversation_id, from_pos)
);
CREATE INDEX queue_leg_time ON queue_leg(tenant_id, line_id, from_at);
CREATE INDEX queue_leg_contact ON queue_leg(contact_id, from_at);
CREATE TABLE agent_leg(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  queue_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  from_at BIGINT NOT NULL,
  from_pos BIGINT NOT NULL,
  to_at BIGINT,
  outcome {KEY},
  simulated BIGINT NOT NULL DEFAULT 0,
  UNIQUE (conversation_id, from_pos)
);
CREATE INDEX agent_leg_time ON agent_leg(tenant_id, line_id, from_at);
CREATE INDEX agent_leg_contact ON agent_leg(contact_id, from_at);

-- Which process routes. Its writes name the epoch; another process that takes over raises it.
CREATE TABLE routing_owner(id {ID}, holder {KEY} NOT NULL, epoch BIGINT NOT NULL, lease_until BIGINT NOT NULL);
INSERT INTO routing_owner(id, holder, epoch, lease_until) VALUES (1, '', 0, 0);
