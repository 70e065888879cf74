-- Whom the clients serve: organisations, contacts, the addresses they are known by, tags and custom attributes.
CREATE TABLE organisation(
  id {ID},
  tenant_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_key {KEY} NOT NULL,
  note TEXT,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_id, name_key)
);
CREATE INDEX organisation_tenant ON organisation(tenant_id, id);

-- `named` is 0 while the name was made by the program. `preferences` is JSON.
CREATE TABLE contact(
  id {ID},
  tenant_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_key {KEY} NOT NULL,
  named BIGINT NOT NULL,
  salutation TEXT,
  language {KEY},
  tier TEXT,
  organisation_id BIGINT,
  preferences TEXT,
  note TEXT,
  first_seen_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL
);
CREATE INDEX contact_tenant ON contact(tenant_id, id);
CREATE INDEX contact_name ON contact(tenant_id, name_key, id);
CREATE INDEX contact_organisation ON contact(tenant_id, organisation_id) WHERE organisation_id IS NOT NULL;

-- One address. `norm` is how it is compared; one address of a client belongs to one contact.
-- `standing`: 0 the contact claims it, 1 staff entered it, 2 it was proved.
CREATE TABLE contact_handle(
  id {ID},
  tenant_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  value TEXT NOT NULL,
  norm {KEY} NOT NULL,
  standing BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_id, kind, norm)
);
CREATE INDEX contact_handle_contact ON contact_handle(tenant_id, contact_id);

CREATE TABLE contact_tag(
  tenant_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  tag {KEY} NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, tag)
);
CREATE INDEX contact_tag_tag ON contact_tag(tenant_id, tag, contact_id);

-- Custom attributes: `kind` 0 text, 1 number, 2 date, 3 choice; `choices` is a JSON list.
CREATE TABLE attribute(
  id {ID},
  tenant_id BIGINT NOT NULL,
  key {KEY} NOT NULL,
  label_en TEXT NOT NULL,
  label_zh TEXT NOT NULL,
  kind BIGINT NOT NULL,
  choices TEXT,
  created_at BIGINT NOT NULL,
  UNIQUE (tenant_id, key)
);

CREATE TABLE contact_attribute(
  tenant_id BIGINT NOT NULL,
  contact_id BIGINT NOT NULL,
  attribute_id BIGINT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, attribute_id)
);

-- The country whose numbers are meant where a telephone number names none; 86 for clients without a row.
CREATE TABLE phone_country(tenant_id BIGINT PRIMARY KEY, country {KEY} NOT NULL);
