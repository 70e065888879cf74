-- Breaks that begin with the end of the last conversation, and states that a lead sets for a time.

-- May a break of this kind begin while conversations are in hand? Nobody waits for the toilet.
ALTER TABLE break_kind ADD COLUMN anytime BIGINT NOT NULL DEFAULT 0;
UPDATE break_kind SET anytime = 1 WHERE key = 'toilet';

-- Since when a place is kept for a break that waits for the last conversation; such a request is still `queued`.
ALTER TABLE break_request ADD COLUMN granted_at BIGINT;

-- Until when a state that a lead set holds: NULL until a lead ends it, 0 not at all. Those from before do not hold.
ALTER TABLE agent_state ADD COLUMN forced_until BIGINT;
UPDATE agent_state SET forced_until = 0 WHERE forced_by IS NOT NULL;
