-- Agents who answer by mail, and how much is sent to whom.

-- Addresses that a server took, as JSON, where it refused others: another try goes to those alone.
ALTER TABLE mail_delivery ADD COLUMN taken TEXT;

-- To whom mail of a client went, and when: its share of the hour and the day. Kept two days.
CREATE TABLE mail_sent_to(
  tenant_id BIGINT NOT NULL,
  address_hash {BLOB} NOT NULL,
  message_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, address_hash, message_id)
);
CREATE INDEX mail_sent_to_at ON mail_sent_to(tenant_id, at);

-- Mails by programs that were not sent since their share was used up.
ALTER TABLE mailbox ADD COLUMN dropped BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN dropped_at BIGINT;

-- What stands below mails of a line whose inbox and agent say nothing.
ALTER TABLE service_line ADD COLUMN signature TEXT;
