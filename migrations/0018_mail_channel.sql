-- The mail channel: mailboxes, every mail as it came, what conversations are found by, and how ours went out.

ALTER TABLE conversation ADD COLUMN subject TEXT;
ALTER TABLE scheduled_message ADD COLUMN mail TEXT;

-- How an inbox of mail is reached. Passwords and tokens lie sealed among the secrets under `mailbox.imap`, `mailbox.smtp`.
CREATE TABLE mailbox(
  inbox_id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  -- The address customers write to, in lower case.
  address {KEY} NOT NULL,
  -- Servers, signature, words and limits.
  config TEXT NOT NULL,
  -- Is there a server to fetch from?
  is_fetched BIGINT NOT NULL DEFAULT 0,
  -- How far the folder was fetched: the folder's UIDVALIDITY, and the first UID not looked at yet (RFC 3501, 2.3.1.1).
  uid_validity BIGINT,
  uid_next BIGINT,
  -- When the first look was. Where the folder was numbered anew, mails below this UID are taken only if they came after it.
  begun_at BIGINT,
  old_below BIGINT,
  -- Who fetches it, until when, and for the how manyeth time somebody took it over.
  node_id BIGINT,
  lease_until BIGINT NOT NULL DEFAULT 0,
  epoch BIGINT NOT NULL DEFAULT 0,
  -- When fetching last went well, since when it does not, and why: an error code and what the server said.
  fetched_at BIGINT,
  failing_since BIGINT,
  fault {KEY},
  answer TEXT,
  changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mailbox_address ON mailbox(address);
CREATE INDEX mailbox_tenant ON mailbox(tenant_id, inbox_id);
CREATE INDEX mailbox_lease ON mailbox(lease_until) WHERE is_fetched = 1;

-- Every mail that came, as it came: kept before anybody looks into it. The address of its bytes among the blobs is made from
-- them: by it the same delivery is known again.
CREATE TABLE mail_arrival(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  inbox_id BIGINT NOT NULL,
  blob {BLOB} NOT NULL,
  size BIGINT NOT NULL,
  -- `imap`, `smtp` or `lmtp`.
  via {KEY} NOT NULL,
  envelope TEXT NOT NULL,
  -- `pending`, `done` or `quarantined`.
  status {KEY} NOT NULL,
  tries BIGINT NOT NULL DEFAULT 0,
  fault {KEY},
  detail TEXT,
  kind {KEY},
  conversation_id BIGINT,
  message_id BIGINT,
  -- Its own message id and the line it stands in, as JSON, for answers to it.
  threading TEXT,
  received_at BIGINT NOT NULL,
  settled_at BIGINT
);
CREATE UNIQUE INDEX mail_arrival_blob ON mail_arrival(inbox_id, blob);
CREATE INDEX mail_arrival_status ON mail_arrival(tenant_id, status, id);
CREATE INDEX mail_arrival_message ON mail_arrival(message_id) WHERE message_id IS NOT NULL;
CREATE INDEX mail_arrival_conversation ON mail_arrival(conversation_id, id) WHERE conversation_id IS NOT NULL;

-- By which message ids a conversation is found, as hashes. `awaited`: named by a mail that came, itself not seen yet.
CREATE TABLE mail_key(
  inbox_id BIGINT NOT NULL,
  key {KEY} NOT NULL,
  tenant_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  awaited BIGINT NOT NULL,
  PRIMARY KEY (inbox_id, key)
);
CREATE INDEX mail_key_conversation ON mail_key(conversation_id);

-- Who takes part in a conversation over mail: addresses in lower case, and the last field they stood in.
CREATE TABLE mail_party(
  conversation_id BIGINT NOT NULL,
  address {KEY} NOT NULL,
  tenant_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- `from`, `to` or `cc`.
  role {KEY} NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, address)
);

-- A reply on its way out.
CREATE TABLE mail_delivery(
  message_id {ID},
  tenant_id BIGINT NOT NULL,
  inbox_id BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  -- `pending`, `accepted` or `failed`.
  status {KEY} NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  next_at BIGINT,
  tried_at BIGINT,
  fault {KEY},
  answer TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX mail_delivery_inbox ON mail_delivery(inbox_id, tried_at);

-- To whom an inbox has answered by itself, and when: once a day at the most.
CREATE TABLE mail_answered(
  inbox_id BIGINT NOT NULL,
  address_hash {BLOB} NOT NULL,
  tenant_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (inbox_id, address_hash)
);
