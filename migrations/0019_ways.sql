-- Conversations that began elsewhere and go on in a widget too: a contact who proves who they are finds them there.

CREATE TABLE conversation_chat(
  conversation_id {ID},
  tenant_id BIGINT NOT NULL,
  -- The widget's inbox, of the same line.
  inbox_id BIGINT NOT NULL,
  at BIGINT NOT NULL
);
