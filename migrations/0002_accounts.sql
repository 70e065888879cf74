-- The provider, its clients and lines, everybody with an account, and what they may do.
CREATE TABLE provider(id {ID}, name TEXT NOT NULL, watermark BIGINT NOT NULL);
INSERT INTO provider(id, name, watermark) VALUES (1, '', 1);

-- Set-up is open while `closed_at` is null; the hash is of the newest one-time token.
CREATE TABLE setup(id {ID}, token_hash {BLOB}, expires_at BIGINT, closed_at BIGINT);
INSERT INTO setup(id, token_hash, expires_at, closed_at) VALUES (1, NULL, NULL, NULL);

CREATE TABLE tenant(
  id {ID},
  name TEXT NOT NULL,
  name_key {KEY} NOT NULL UNIQUE,
  mark_color {KEY} NOT NULL,
  archived BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);

-- Open hours as a person writes them; tenant 0 is shared by all clients. `definition` is JSON, `imported` a holiday table.
CREATE TABLE calendar(
  id {ID},
  tenant_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  imported TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX calendar_tenant ON calendar(tenant_id, id);

CREATE TABLE service_line(
  id {ID},
  tenant_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_key {KEY} NOT NULL,
  calendar_id BIGINT,
  disposition_required BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_id, name_key)
);

-- Somebody with an account. `totp_step` is the last time step whose code was used, so that no code works twice.
CREATE TABLE app_user(
  id {ID},
  login {KEY} NOT NULL UNIQUE,
  name TEXT NOT NULL,
  alias TEXT NOT NULL,
  number {KEY} NOT NULL,
  language {KEY} NOT NULL,
  password TEXT,
  settings TEXT NOT NULL,
  totp BIGINT NOT NULL DEFAULT 0,
  totp_step BIGINT NOT NULL DEFAULT 0,
  disabled_at BIGINT,
  created_at BIGINT NOT NULL
);

CREATE TABLE recovery_code(
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  hash {BLOB} NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (user_id, hash)
);

-- One-time links: `kind` is invite or reset.
CREATE TABLE invite(
  id {ID},
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  kind {KEY} NOT NULL,
  hash {BLOB} NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX invite_user ON invite(user_id);

CREATE TABLE session(
  id {ID},
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  hash {BLOB} NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ip {KEY} NOT NULL,
  agent TEXT NOT NULL
);
CREATE INDEX session_of_user ON session(user_id, id);
CREATE INDEX session_expiry ON session(expires_at);

-- Rights of an API token: these permissions, in this client (0 = all) and line (0 = all), never more than its owner has.
CREATE TABLE api_token(
  id {ID},
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  name TEXT NOT NULL,
  hash {BLOB} NOT NULL UNIQUE,
  permissions TEXT NOT NULL,
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  used_at BIGINT,
  revoked_at BIGINT
);
CREATE INDEX api_token_tenant ON api_token(tenant_id, id);

-- A set of permissions; the built-in ones have a key.
CREATE TABLE role(
  id {ID},
  key {KEY} UNIQUE,
  name_en TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  permissions TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- A role for a user: everywhere (tenant 0), in a client, or in one of its lines.
CREATE TABLE role_grant(
  id {ID},
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  role_id BIGINT NOT NULL REFERENCES role(id),
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (user_id, role_id, tenant_id, line_id)
);
CREATE INDEX role_grant_role ON role_grant(role_id);

CREATE TABLE team(
  id {ID},
  name TEXT NOT NULL,
  name_key {KEY} NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);
CREATE TABLE team_member(
  team_id BIGINT NOT NULL REFERENCES team(id),
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_member_user ON team_member(user_id);

CREATE TABLE skill(
  id {ID},
  name TEXT NOT NULL,
  name_key {KEY} NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);
-- What a user may handle, how well, by what proof (`source`), until when.
CREATE TABLE skill_grant(
  user_id BIGINT NOT NULL REFERENCES app_user(id),
  skill_id BIGINT NOT NULL REFERENCES skill(id),
  level BIGINT NOT NULL,
  source {KEY} NOT NULL,
  valid_until BIGINT,
  granted_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, skill_id)
);
CREATE INDEX skill_grant_skill ON skill_grant(skill_id);

-- The record of every change and look, one HMAC-chained series per client (0 = the provider's own).
-- `mac` is over the previous mac and the entry; `fact` is JSON with before, after and reason.
CREATE TABLE audit(
  id {ID},
  tenant_id BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor_kind BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  action {KEY} NOT NULL,
  subject_kind {KEY} NOT NULL,
  subject_id BIGINT NOT NULL,
  fact TEXT,
  ip {KEY},
  mac {BLOB} NOT NULL,
  UNIQUE (tenant_id, seq)
);
CREATE INDEX audit_subject ON audit(tenant_id, subject_kind, subject_id, id);
CREATE INDEX audit_time ON audit(tenant_id, id);
-- The end of each series; `root` is the fingerprint of the key it is chained under.
CREATE TABLE audit_head(tenant_id {ID}, seq BIGINT NOT NULL, mac {BLOB} NOT NULL, root BIGINT NOT NULL);
