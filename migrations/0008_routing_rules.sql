-- How a queue is served beyond skills: hours, who helps after what wait, dedicated seats, for whom work is kept. JSON,
-- as the settings page saves it as a whole.
ALTER TABLE queue ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';

-- What one client's standing and its contacts' tiers and marks are worth. Without a row nothing is.
CREATE TABLE tenant_routing(
  tenant_id BIGINT PRIMARY KEY,
  rules TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);

-- How the whole installation routes; without a row as usual.
CREATE TABLE routing_settings(id {ID}, rules TEXT NOT NULL, changed_at BIGINT NOT NULL);

-- Who was chosen for a conversation, who else was considered, and why. `reservation_id` is empty where nothing rang.
CREATE TABLE decision(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  queue_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  reservation_id BIGINT,
  kind {KEY} NOT NULL,
  at BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX decision_conversation ON decision(conversation_id, id);
CREATE INDEX reservation_refused ON reservation(ended_at) WHERE state IN ('lapsed', 'declined');

-- Passed on to somebody by name or to a team: kept for them for a while. Counts while `kept_epoch` is the epoch.
ALTER TABLE conversation ADD COLUMN kept_user BIGINT;
ALTER TABLE conversation ADD COLUMN kept_team BIGINT;
ALTER TABLE conversation ADD COLUMN kept_at BIGINT;
ALTER TABLE conversation ADD COLUMN kept_epoch BIGINT;
