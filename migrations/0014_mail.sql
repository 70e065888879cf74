-- Outgoing mail, cards for staff, and what administration needs besides.

-- Where mail goes out: the provider's server (tenant 0), or a client's own. The password is sealed among the secrets.
CREATE TABLE mail_server(
  tenant_id {ID},
  host {KEY} NOT NULL,
  port BIGINT NOT NULL,
  -- `tls`, `starttls` or `none`.
  security {KEY} NOT NULL,
  login TEXT,
  from_name TEXT NOT NULL,
  from_address TEXT NOT NULL,
  reply_to TEXT,
  -- A certificate to trust besides the system's, as PEM.
  ca TEXT,
  per_minute BIGINT NOT NULL,
  enabled BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

-- One letter per row, written in its owner's transaction. `content` is sealed and goes once the letter is delivered.
CREATE TABLE letter(
  id {ID},
  tenant_id BIGINT NOT NULL,
  kind {KEY} NOT NULL,
  subject BIGINT NOT NULL,
  to_hint TEXT NOT NULL,
  to_hash {BLOB} NOT NULL,
  content TEXT,
  status {KEY} NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  next_at BIGINT,
  tried_at BIGINT,
  -- The client whose server took the last try.
  via BIGINT,
  fault {KEY},
  answer TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX letter_tenant ON letter(tenant_id, id);
CREATE INDEX letter_to ON letter(to_hash, created_at);
CREATE INDEX letter_via ON letter(via, tried_at);
CREATE INDEX letter_old ON letter(created_at, id);

ALTER TABLE app_user ADD COLUMN email {KEY};
ALTER TABLE app_user ADD COLUMN email_proven_at BIGINT;
-- The address that a link was mailed to: using the link proves it.
ALTER TABLE invite ADD COLUMN mailed_to {KEY};

-- What staff are told of outside the desk, without personal data. One row per notice.
CREATE TABLE staff_notice(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  team_id BIGINT NOT NULL,
  kind {KEY} NOT NULL,
  title_en TEXT NOT NULL,
  title_zh TEXT NOT NULL,
  text_en TEXT NOT NULL,
  text_zh TEXT NOT NULL,
  path TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX staff_notice_old ON staff_notice(at, id);

-- Who is told: a group's bot of WeCom, DingTalk or Feishu, or addresses of mail. Its address and signing secret are sealed.
CREATE TABLE bot(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  team_id BIGINT NOT NULL,
  platform {KEY} NOT NULL,
  name TEXT NOT NULL,
  kinds TEXT NOT NULL,
  language {KEY} NOT NULL,
  enabled BIGINT NOT NULL,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX bot_tenant ON bot(tenant_id, id);

-- A notice for a bot, with what became of it.
CREATE TABLE card(
  id {ID},
  tenant_id BIGINT NOT NULL,
  bot_id BIGINT NOT NULL,
  notice_id BIGINT NOT NULL,
  -- The client that the notice concerns; the bot may be the provider's.
  concerns BIGINT NOT NULL,
  status {KEY} NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  next_at BIGINT,
  tried_at BIGINT,
  fault {KEY},
  answer TEXT,
  created_at BIGINT NOT NULL,
  UNIQUE (bot_id, notice_id)
);
CREATE INDEX card_bot ON card(tenant_id, bot_id, id);
CREATE INDEX card_rate ON card(bot_id, tried_at);
CREATE INDEX card_old ON card(created_at, id);
