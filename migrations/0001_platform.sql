-- The platform's own: the log, cursors, jobs, idempotency, blobs, secrets, node leases.
CREATE TABLE log_head(id {ID}, pos BIGINT NOT NULL);
INSERT INTO log_head(id, pos) VALUES (1, 0);

CREATE TABLE event(
  pos {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  kind {KEY} NOT NULL,
  subject BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  actor_kind BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  data TEXT
);

-- PostgreSQL: the mark of each write lane's newest transaction, by which a commit in doubt is settled.
CREATE TABLE commit_mark(lane {ID}, mark BIGINT NOT NULL);

CREATE TABLE cursor(name {KEY} PRIMARY KEY, pos BIGINT NOT NULL, at BIGINT NOT NULL);

-- What will happen: a job or timer, due at a time, leased while it runs.
CREATE TABLE job(
  id {ID},
  tenant_id BIGINT NOT NULL,
  kind {KEY} NOT NULL,
  subject BIGINT NOT NULL,
  payload TEXT,
  due_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  lease_until BIGINT NOT NULL DEFAULT 0,
  dead_at BIGINT,
  error TEXT,
  unique_key {KEY}
);
CREATE INDEX job_due ON job(due_at, id) WHERE dead_at IS NULL;
CREATE UNIQUE INDEX job_unique ON job(unique_key) WHERE unique_key IS NOT NULL AND dead_at IS NULL;
CREATE INDEX job_subject ON job(kind, subject);

-- Writes from outside that were answered: (scope, route, key) with the answer, kept 24 hours.
CREATE TABLE idempotency(
  scope {KEY} NOT NULL,
  route {KEY} NOT NULL,
  key {KEY} NOT NULL,
  body_hash {BLOB} NOT NULL,
  answer TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (scope, route, key)
);
CREATE INDEX idempotency_at ON idempotency(at);

CREATE TABLE blob(
  tenant_id BIGINT NOT NULL,
  hash {BLOB} NOT NULL,
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, hash)
);

-- Sealed values: passwords of mailboxes, signing keys, TOTP seeds. Opened only with the master key and the row's own place.
CREATE TABLE secret(
  id {ID},
  tenant_id BIGINT NOT NULL,
  name {KEY} NOT NULL,
  owner BIGINT NOT NULL,
  key_version BIGINT NOT NULL,
  sealed {BLOB} NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (tenant_id, name, owner)
);

CREATE TABLE node_lease(node {ID}, holder {KEY} NOT NULL, lease_until BIGINT NOT NULL);
