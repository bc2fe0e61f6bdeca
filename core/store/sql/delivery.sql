-- The outbox (core/router/delivery).

-- name: outbox_insert
INSERT INTO outbox (message_id, conversation_id, account_id, state, next_ms, created_ms) VALUES ($1, $2, $3, 0, $4, $4);

-- name: outbox_of_message
SELECT id, part, parts, state FROM outbox WHERE message_id = $1;

-- name: outbox_message
SELECT message_id, part, parts, state, account_id, conversation_id, coalesce(claimed_ms, 0) FROM outbox WHERE id = $1;

-- name: outbox_move_on
UPDATE outbox SET part = $2, parts = $3, state = $4, next_ms = min(next_ms, $5) WHERE id = $1;

-- name: outbox_remove
DELETE FROM outbox WHERE id = $1;

-- Its message failed: why ($2, $3). What it knows (the next part) stays for whoever sends it again, and for an echo that comes late.

-- name: outbox_fail
UPDATE outbox SET state = 3, error_code = $2, error_text = $3 WHERE message_id = $1;

-- Accounts with something to send that may send. What waits for an echo, or has failed, is not to be sent.

-- name: outbox_accounts
SELECT o.account_id, max(min(o.next_ms), coalesce(a.paused_until_ms, 0)), count(*)
FROM outbox o
JOIN account a ON a.id = o.account_id
JOIN channel c ON c.id = a.channel_id
WHERE o.state = 0 AND a.state = 0 AND c.paused = 0
GROUP BY o.account_id
ORDER BY 2, 1;

-- Replies that are due: the oldest of each conversation that has none on its way.

-- name: outbox_due
SELECT o.id, o.message_id, o.conversation_id, o.part, o.attempts, o.created_ms, m.ticket_id, m.text, m.reply_to, m.mark,
       m.author, i.remote_id
FROM outbox o
JOIN account a ON a.id = o.account_id
JOIN channel c ON c.id = a.channel_id
JOIN message m ON m.id = o.message_id
JOIN conversation v ON v.id = o.conversation_id
JOIN identity i ON i.id = v.id
WHERE o.account_id = $1 AND o.state = 0 AND o.next_ms <= $2 AND a.state = 0 AND c.paused = 0
  AND coalesce(a.paused_until_ms, 0) <= $2
  AND NOT EXISTS (SELECT 1 FROM outbox e
                  WHERE e.conversation_id = o.conversation_id AND e.id <> o.id AND e.state < 3
                    AND (e.id < o.id OR e.state <> 0))
ORDER BY o.next_ms, o.id
LIMIT $3;

-- name: outbox_claim
UPDATE outbox SET state = 1, attempts = attempts + 1, claimed_ms = $2 WHERE id = $1;

-- name: outbox_parts
UPDATE outbox SET parts = $2 WHERE id = $1 AND parts < $2;

-- name: outbox_queue
UPDATE outbox SET state = 0, next_ms = $2, attempts = max(0, attempts - $3) WHERE id = $1 AND state = 1;

-- name: outbox_wait
UPDATE outbox SET state = 2, next_ms = $2 WHERE id = $1;

-- name: outbox_on_its_way
SELECT id FROM outbox WHERE state = 1 ORDER BY id LIMIT 1;

-- name: outbox_grace_over
SELECT id FROM outbox WHERE state = 2 AND next_ms <= $1 ORDER BY next_ms LIMIT $2;

-- name: message_fail
UPDATE message SET delivery = 5, version = version + 1 WHERE id = $1;

-- name: message_flags
UPDATE message SET flags = $2, version = version + 1 WHERE id = $1;

-- name: message_requeue
UPDATE message SET delivery = 0, version = version + 1 WHERE id = $1;

-- name: outgoing_attachments
SELECT kind, url, mime, name FROM attachment WHERE message_id = $1 ORDER BY position;

-- name: conversation_unreachable
UPDATE conversation SET unreachable = $2 WHERE id = $1;

-- name: account_set_state
UPDATE account SET state = $2, error_code = $3, error_text = $4 WHERE id = $1 AND state <> $2;

-- The later end of two pauses; NULL ends them.

-- name: account_pause_until
UPDATE account SET paused_until_ms = CASE WHEN $2 IS NULL THEN NULL ELSE max(coalesce(paused_until_ms, 0), $2) END
WHERE id = $1;

-- name: contact_profile
UPDATE contact
SET name = coalesce($2, name), handle = coalesce($3, handle), avatar_url = coalesce($4, avatar_url),
    lang = coalesce($5, lang), profile_ms = $6, updated_ms = $6
WHERE id = $1;

-- name: contact_unindex
INSERT INTO contact_fts (contact_fts, rowid, name, handle)
SELECT 'delete', id, name, handle FROM contact WHERE id = $1 AND (name IS NOT NULL OR handle IS NOT NULL);

-- name: contact_index
INSERT INTO contact_fts (rowid, name, handle)
SELECT id, name, handle FROM contact WHERE id = $1 AND (name IS NOT NULL OR handle IS NOT NULL);

-- name: contact_tickets_changed
UPDATE ticket SET version = version + 1 WHERE conversation_id IN (SELECT id FROM conversation WHERE contact_id = $1) AND status < 4;

-- name: contact_live_tickets
SELECT id, account_id FROM ticket
 WHERE conversation_id IN (SELECT id FROM conversation WHERE contact_id = $1) AND status < 4;
