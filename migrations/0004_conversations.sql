-- Inboxes, conversations, messages and what hangs on them.
CREATE TABLE inbox(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  channel {KEY} NOT NULL,
  name TEXT NOT NULL,
  queue_id BIGINT,
  enabled BIGINT NOT NULL DEFAULT 1,
  config TEXT NOT NULL,
  key {KEY} NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);
CREATE INDEX inbox_tenant ON inbox(tenant_id, id);

-- Numbers people say ("conversation 1042") are handed out in blocks per client.
CREATE TABLE conversation_number(tenant_id {ID}, next BIGINT NOT NULL);

CREATE TABLE conversation(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  inbox_id BIGINT NOT NULL,
  channel {KEY} NOT NULL,
  contact_id BIGINT NOT NULL,
  thread {KEY} NOT NULL DEFAULT '',
  number BIGINT NOT NULL,
  status {KEY} NOT NULL,
  waiting {KEY} NOT NULL,
  waiting_since BIGINT,
  next_due BIGINT,
  assignee_id BIGINT,
  assigned_at BIGINT,
  why TEXT,
  queue_id BIGINT,
  queued_at BIGINT,
  epoch BIGINT NOT NULL DEFAULT 0,
  priority BIGINT NOT NULL DEFAULT 1,
  tags TEXT NOT NULL DEFAULT '',
  followers TEXT NOT NULL DEFAULT '',
  category_id BIGINT,
  snoozed_until BIGINT,
  last_seq BIGINT NOT NULL DEFAULT 0,
  last_at BIGINT NOT NULL,
  last_text TEXT NOT NULL DEFAULT '',
  last_by BIGINT NOT NULL DEFAULT 0,
  last_note BIGINT NOT NULL DEFAULT 0,
  user_seq BIGINT NOT NULL DEFAULT 0,
  contact_count BIGINT NOT NULL DEFAULT 0,
  contact_delivered BIGINT NOT NULL DEFAULT 0,
  contact_read BIGINT NOT NULL DEFAULT 0,
  staff_read BIGINT NOT NULL DEFAULT 0,
  first_reply_at BIGINT,
  page_url TEXT,
  page_title TEXT,
  simulated BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  resolved_at BIGINT
);
-- One live conversation per contact, inbox and thread, however many deliveries race.
CREATE UNIQUE INDEX conversation_live ON conversation(inbox_id, contact_id, thread) WHERE status <> 'resolved';
CREATE INDEX conversation_recent ON conversation(line_id, status, last_at, id);
CREATE INDEX conversation_mine ON conversation(assignee_id, id) WHERE assignee_id IS NOT NULL AND status <> 'resolved';
CREATE INDEX conversation_queued ON conversation(line_id, queued_at, id) WHERE queued_at IS NOT NULL;
CREATE INDEX conversation_contact ON conversation(contact_id, id);

CREATE TABLE message(
  id {ID},
  tenant_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  note BIGINT NOT NULL,
  author_kind BIGINT NOT NULL,
  author_id BIGINT NOT NULL,
  body TEXT NOT NULL,
  data TEXT,
  client_key {KEY},
  failure {KEY},
  at BIGINT NOT NULL
);
CREATE UNIQUE INDEX message_seq ON message(conversation_id, seq);
CREATE UNIQUE INDEX message_client ON message(conversation_id, client_key) WHERE client_key IS NOT NULL;

-- What came from outside, under the sender's own id: a delivery that comes again finds its first outcome.
CREATE TABLE inbound(
  inbox_id BIGINT NOT NULL,
  external_id {KEY} NOT NULL,
  tenant_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (inbox_id, external_id)
);

CREATE TABLE attachment(
  id {ID},
  tenant_id BIGINT NOT NULL,
  conversation_id BIGINT,
  message_id BIGINT,
  hash {BLOB} NOT NULL,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  size BIGINT NOT NULL,
  width BIGINT,
  height BIGINT,
  preview_hash {BLOB},
  uploader_kind BIGINT NOT NULL,
  uploader_id BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX attachment_tenant ON attachment(tenant_id, id);

CREATE TABLE mention(
  tenant_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  seen_at BIGINT,
  PRIMARY KEY (user_id, message_id)
);
CREATE INDEX mention_open ON mention(user_id, conversation_id) WHERE seen_at IS NULL;

CREATE TABLE follower(
  tenant_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  PRIMARY KEY (user_id, conversation_id)
);

CREATE TABLE reading(
  tenant_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  contact_count BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, user_id)
);

CREATE TABLE draft(
  tenant_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  note BIGINT NOT NULL,
  body TEXT NOT NULL,
  base_seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, user_id, note)
);

CREATE TABLE conversation_tag(
  tenant_id BIGINT NOT NULL,
  name {KEY} NOT NULL,
  conversation_id BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name, conversation_id)
);

CREATE TABLE category(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  parent_id BIGINT,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  archived BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX category_line ON category(line_id, id);

CREATE TABLE disposition(
  conversation_id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  kind {KEY} NOT NULL,
  category_id BIGINT,
  cause TEXT NOT NULL,
  outcome {KEY} NOT NULL,
  note TEXT NOT NULL,
  by_user BIGINT NOT NULL,
  at BIGINT NOT NULL
);
