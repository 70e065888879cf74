-- Segments, merges, duplicates, the block list, consent, relations, import and export of contacts.

-- A saved filter over the contacts of a client. `filter` is JSON; `counted` is its length when it was last counted.
CREATE TABLE segment(
  id {ID},
  tenant_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_key {KEY} NOT NULL,
  filter TEXT NOT NULL,
  by_user BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  counted BIGINT,
  counted_at BIGINT,
  UNIQUE (tenant_id, name_key)
);
CREATE INDEX segment_tenant ON segment(tenant_id, id);

-- Two contacts became one. `kept` is JSON: both as they were, and what moved.
CREATE TABLE contact_merge(
  id {ID},
  tenant_id BIGINT NOT NULL,
  survivor_id BIGINT NOT NULL,
  merged_id BIGINT NOT NULL,
  kept TEXT NOT NULL,
  by_user BIGINT NOT NULL,
  at BIGINT NOT NULL,
  undo_until BIGINT NOT NULL,
  undone_at BIGINT,
  undone_by BIGINT
);
CREATE UNIQUE INDEX contact_merge_merged ON contact_merge(tenant_id, merged_id) WHERE undone_at IS NULL;
CREATE INDEX contact_merge_survivor ON contact_merge(tenant_id, survivor_id);

-- Two contacts who may be one. `a_id` < `b_id`. `state`: open, dismissed, merged. `reasons` is a JSON list.
CREATE TABLE contact_pair(
  id {ID},
  tenant_id BIGINT NOT NULL,
  a_id BIGINT NOT NULL,
  b_id BIGINT NOT NULL,
  score BIGINT NOT NULL,
  reasons TEXT NOT NULL,
  state {KEY} NOT NULL,
  found_at BIGINT NOT NULL,
  decided_by BIGINT,
  decided_at BIGINT,
  UNIQUE (tenant_id, a_id, b_id)
);
CREATE INDEX contact_pair_open ON contact_pair(tenant_id, score, id) WHERE state = 'open';
CREATE INDEX contact_pair_b ON contact_pair(tenant_id, b_id);

-- How far the search for pairs has come.
CREATE TABLE contact_pair_scan(
  tenant_id BIGINT PRIMARY KEY,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  contacts BIGINT NOT NULL,
  pairs BIGINT NOT NULL
);

-- The block list. `state`: asked, active, refused, lifted, expired. A contact, or an address (`kind`, `norm`).
-- `line_id` and `inbox_id` 0: everywhere of the client.
CREATE TABLE contact_block(
  id {ID},
  tenant_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  norm {KEY} NOT NULL,
  line_id BIGINT NOT NULL,
  inbox_id BIGINT NOT NULL,
  reason TEXT NOT NULL,
  state {KEY} NOT NULL,
  by_user BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  decided_by BIGINT,
  decided_at BIGINT,
  answer TEXT,
  expires_at BIGINT,
  hits BIGINT NOT NULL DEFAULT 0,
  hit_at BIGINT
);
CREATE INDEX contact_block_tenant ON contact_block(tenant_id, id);
CREATE INDEX contact_block_contact ON contact_block(tenant_id, contact_id, state);
CREATE INDEX contact_block_norm ON contact_block(tenant_id, kind, norm, state);
CREATE UNIQUE INDEX contact_block_live ON contact_block(tenant_id, contact_id, kind, norm, line_id, inbox_id)
  WHERE state IN ('asked', 'active');

-- What becomes of a message from somebody blocked; refused where there is no row.
CREATE TABLE block_policy(tenant_id BIGINT PRIMARY KEY, silent BIGINT NOT NULL);

-- What a contact agreed to or refused; the newest of a topic counts, the older ones are its history.
CREATE TABLE consent(
  id {ID},
  tenant_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  topic {KEY} NOT NULL,
  given BIGINT NOT NULL,
  source TEXT NOT NULL,
  by_kind BIGINT NOT NULL,
  by_id BIGINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX consent_contact ON consent(tenant_id, contact_id, topic, id);

-- What one contact is to another.
CREATE TABLE contact_relation(
  id {ID},
  tenant_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  other_id BIGINT NOT NULL,
  kind {KEY} NOT NULL,
  note TEXT,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_id, contact_id, other_id, kind)
);
CREATE INDEX contact_relation_other ON contact_relation(tenant_id, other_id);

-- A table of contacts on its way in. `plan` is JSON: how it is read, what each column means.
-- `state`: draft, checking, checked, running, done, cancelled, failed, expired.
CREATE TABLE contact_import(
  id {ID},
  tenant_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  hash {BLOB} NOT NULL,
  size BIGINT NOT NULL,
  plan TEXT NOT NULL,
  state {KEY} NOT NULL,
  epoch BIGINT NOT NULL,
  total BIGINT NOT NULL,
  done BIGINT NOT NULL,
  made BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  skipped BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  fault {KEY},
  by_user BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  expires_at BIGINT NOT NULL
);
CREATE INDEX contact_import_tenant ON contact_import(tenant_id, id);

-- Rows that could not be taken. `number` counts rows of the table from 1, its head apart.
CREATE TABLE contact_import_fault(
  tenant_id BIGINT NOT NULL,
  import_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  place BIGINT NOT NULL,
  fault {KEY} NOT NULL,
  PRIMARY KEY (import_id, number)
);

-- What columns mean, kept for the next table of the same shape.
CREATE TABLE contact_import_template(
  id {ID},
  tenant_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_key {KEY} NOT NULL,
  plan TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_id, name_key)
);

-- A table of contacts on its way out. `clear`: with addresses in full. `state`: running, done, failed, expired.
CREATE TABLE contact_export(
  id {ID},
  tenant_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  filter TEXT NOT NULL,
  columns TEXT NOT NULL,
  format {KEY} NOT NULL,
  clear BIGINT NOT NULL,
  purpose TEXT NOT NULL,
  state {KEY} NOT NULL,
  rows BIGINT NOT NULL,
  hash {BLOB},
  size BIGINT NOT NULL,
  fault {KEY},
  by_user BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  expires_at BIGINT NOT NULL
);
CREATE INDEX contact_export_tenant ON contact_export(tenant_id, id);
