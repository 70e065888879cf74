-- Listed words: what may not be said, or not without a second look, on a client's lines (0: on all of them). One word a line.
CREATE TABLE word_list(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  category {KEY} NOT NULL,
  direction {KEY} NOT NULL,
  action {KEY} NOT NULL,
  words TEXT NOT NULL,
  count BIGINT NOT NULL,
  enabled BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX word_list_tenant ON word_list(tenant_id, id);

-- That listed words stood in a message, or kept one from being sent; never which.
CREATE TABLE word_hit(
  tenant_id BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  list_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  author_kind BIGINT NOT NULL,
  author_id BIGINT NOT NULL,
  direction {KEY} NOT NULL,
  action {KEY} NOT NULL,
  category {KEY} NOT NULL,
  places BIGINT NOT NULL,
  outcome {KEY} NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (message_id, list_id)
);
CREATE INDEX word_hit_line ON word_hit(tenant_id, line_id, at);

-- Replies that wait for their time, or for their undo time (`hold`). Sent once: the message's client key is made of the id.
CREATE TABLE scheduled_message(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  author_id BIGINT NOT NULL,
  body TEXT NOT NULL,
  attachments TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  zone TEXT NOT NULL,
  hold BIGINT NOT NULL,
  confirmed BIGINT NOT NULL,
  seen_seq BIGINT NOT NULL,
  state {KEY} NOT NULL,
  reason {KEY},
  message_id BIGINT,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX scheduled_conversation ON scheduled_message(conversation_id, due_at) WHERE state IN ('pending', 'held');
CREATE INDEX scheduled_author ON scheduled_message(author_id, due_at) WHERE state IN ('pending', 'held');

-- What a person is told. `subject` is the id of what it is about: telling it again makes it unread again.
CREATE TABLE personal_notice(
  user_id BIGINT NOT NULL,
  kind {KEY} NOT NULL,
  subject BIGINT NOT NULL,
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  actor_kind BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  data TEXT,
  at BIGINT NOT NULL,
  read_at BIGINT,
  PRIMARY KEY (user_id, kind, subject)
);
CREATE INDEX personal_notice_user ON personal_notice(user_id, at, subject);
CREATE INDEX personal_notice_unread ON personal_notice(user_id) WHERE read_at IS NULL;

-- How a client wants screens protected, and by which further names it is known (one a line).
CREATE TABLE protection(
  tenant_id {ID},
  aliases TEXT NOT NULL,
  watermark BIGINT NOT NULL,
  copy_control BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

-- Who sees personal data of a conversation in full, and until when; the reason stands in the record.
CREATE TABLE unmasking(
  tenant_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, user_id)
);
