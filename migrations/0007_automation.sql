-- Outgoing webhooks of clients, and every delivery with what became of it.
CREATE TABLE webhook(
  id {ID},
  tenant_id BIGINT NOT NULL,
  url TEXT NOT NULL,
  kinds TEXT NOT NULL,
  enabled BIGINT NOT NULL,
  -- Why it was switched off by itself: `failing` or `gone`.
  stopped {KEY},
  -- Since when no delivery has come through.
  failing_since BIGINT,
  created_by BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX webhook_tenant ON webhook(tenant_id, id);

-- `target` is a webhook, or an API inbox for its replies. One event is one delivery per target, however often the log is read.
CREATE TABLE delivery(
  id {ID},
  tenant_id BIGINT NOT NULL,
  target {KEY} NOT NULL,
  target_id BIGINT NOT NULL,
  -- Place in the log; counted downwards from -1 for what was asked for again.
  pos BIGINT NOT NULL,
  kind {KEY} NOT NULL,
  subject BIGINT NOT NULL,
  conversation_id BIGINT NOT NULL,
  facts TEXT,
  happened_at BIGINT NOT NULL,
  status {KEY} NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  next_at BIGINT,
  tried_at BIGINT,
  took_ms BIGINT,
  code BIGINT,
  fault {KEY},
  response TEXT,
  created_at BIGINT NOT NULL,
  UNIQUE (target, target_id, pos)
);
CREATE INDEX delivery_target ON delivery(tenant_id, target, target_id, id);
CREATE INDEX delivery_old ON delivery(created_at, id);
