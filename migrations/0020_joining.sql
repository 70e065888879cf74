-- Conversations that were merged, split or forwarded. Messages never change their conversation or their number: what is joined
-- is shown as a block from elsewhere.
CREATE TABLE conversation_join(
  id {ID},
  tenant_id BIGINT NOT NULL,
  line_id BIGINT NOT NULL,
  -- `merged`, `split` or `forwarded`.
  kind {KEY} NOT NULL,
  -- The conversation that shows the block, and the one in which its messages stand.
  holder_id BIGINT NOT NULL,
  origin_id BIGINT NOT NULL,
  -- Which messages, as a JSON list of numbers; all of them where it is empty.
  seqs TEXT,
  -- How both were before, as JSON, for the way back.
  back TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_kind BIGINT NOT NULL,
  by_id BIGINT NOT NULL,
  undone_at BIGINT,
  undone_kind BIGINT,
  undone_id BIGINT
);
CREATE INDEX conversation_join_holder ON conversation_join(holder_id, id);
CREATE INDEX conversation_join_origin ON conversation_join(origin_id, id);

-- Where a merged conversation goes on: never in one that is merged itself.
ALTER TABLE conversation ADD COLUMN merged_into BIGINT;
CREATE INDEX conversation_merged ON conversation(merged_into) WHERE merged_into IS NOT NULL;

-- In which conversation a question is waited on, where it was asked in another one.
ALTER TABLE reply_turn ADD COLUMN waits_in BIGINT;
CREATE INDEX reply_turn_waits_in ON reply_turn(waits_in) WHERE waits_in IS NOT NULL;
