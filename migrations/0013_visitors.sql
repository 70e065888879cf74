-- Visitors of the widget: proofs of who they are, what they said before writing, what they agreed to; and surveys.

-- Proofs of identity that were used, by the hash of their nonce: each is good for one visitor's device.
CREATE TABLE visitor_nonce(
  inbox_id BIGINT NOT NULL,
  nonce {KEY} NOT NULL,
  tenant_id BIGINT NOT NULL,
  visitor {KEY} NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (inbox_id, nonce)
);
CREATE INDEX visitor_nonce_old ON visitor_nonce(tenant_id, inbox_id, expires_at);

-- How a conversation of the widget began. `identity` is empty, `token` or `hash`; `answers` is a JSON list.
CREATE TABLE visit(
  conversation_id {ID},
  tenant_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  inbox_id BIGINT NOT NULL,
  offline BIGINT NOT NULL,
  answer_by BIGINT,
  identity {KEY} NOT NULL,
  answers TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX visit_contact ON visit(tenant_id, contact_id);

-- What a visitor agreed to, in the words that they saw. `purpose` is `form` or `peek`.
CREATE TABLE visitor_consent(
  id {ID},
  tenant_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  inbox_id BIGINT NOT NULL,
  purpose {KEY} NOT NULL,
  version {KEY} NOT NULL,
  language {KEY} NOT NULL,
  wording TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX visitor_consent_contact ON visitor_consent(tenant_id, contact_id, id);
CREATE INDEX visitor_consent_conversation ON visitor_consent(conversation_id, id);

-- What the page says of a visitor. `vouched` is 1 where the client's site signed it.
CREATE TABLE visitor_fact(
  tenant_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  name {KEY} NOT NULL,
  content TEXT NOT NULL,
  vouched BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, name)
);

-- What customers of a line are asked after a conversation. `definition` is JSON; `version` counts its changes.
CREATE TABLE survey(
  line_id {ID},
  tenant_id BIGINT NOT NULL,
  enabled BIGINT NOT NULL,
  definition TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX survey_tenant ON survey(tenant_id, line_id);

-- One invitation per conversation. `invited_by` is `auto` or `agent`; `inviter_id` is who, where somebody did.
CREATE TABLE survey_invitation(
  conversation_id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  agent_id BIGINT,
  invited_by {KEY} NOT NULL,
  inviter_id BIGINT,
  version BIGINT NOT NULL,
  definition TEXT NOT NULL,
  at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX survey_invitation_line ON survey_invitation(line_id, at, conversation_id);
CREATE INDEX survey_invitation_contact ON survey_invitation(tenant_id, contact_id, conversation_id);

-- What was answered, once per invitation. Scores are 1 to 5; `solved` is 0 or 1.
CREATE TABLE survey_response(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL UNIQUE,
  contact_id BIGINT NOT NULL,
  agent_id BIGINT,
  invited_by {KEY} NOT NULL,
  score BIGINT NOT NULL,
  attitude BIGINT,
  expertise BIGINT,
  resolution BIGINT,
  solved BIGINT,
  remark TEXT NOT NULL,
  invited_at BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX survey_response_line ON survey_response(line_id, at, id);
CREATE INDEX survey_response_agent ON survey_response(agent_id, at, id) WHERE agent_id IS NOT NULL;
