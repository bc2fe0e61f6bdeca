-- Agents' actions (core/router/action).

-- name: action_ticket
SELECT conversation_id, status, version, priority, assignee_id, team_id, snoozed_until_ms, account_id
FROM ticket WHERE id = $1;

-- name: action_locks
SELECT a.state, c.paused FROM account a JOIN channel c ON c.id = a.channel_id WHERE a.id = $1;

-- The newest message of our side that the author had not seen: a reply of a colleague, or from elsewhere.

-- name: action_newer_reply
SELECT id FROM message
WHERE ticket_id = $1 AND direction = 1 AND kind = 0 AND id > $2 AND (user_id IS NULL OR user_id <> $3)
  AND flags & 2 = 0 AND coalesce(delivery, 0) <> 5
ORDER BY id DESC LIMIT 1;

-- name: action_reply_to
SELECT remote_id FROM message WHERE id = $1 AND conversation_id = $2;

-- Somebody, and whether no ticket can be theirs: disabled, or an analyst.

-- name: action_user
SELECT name, agent_key, disabled <> 0 OR role = 2 FROM user WHERE id = $1;

-- name: action_team
SELECT name FROM team WHERE id = $1;

-- name: action_attachments
SELECT kind FROM attachment WHERE message_id = $1 ORDER BY position;

-- name: action_discard
UPDATE message SET flags = flags | 2, version = version + 1 WHERE id = $1;

-- name: outbox_requeue
UPDATE outbox SET state = 0, attempts = 0, next_ms = $2, created_ms = $2, error_code = NULL, error_text = NULL
WHERE message_id = $1;

-- name: ticket_set_fields
UPDATE ticket SET priority = $2, assignee_id = $3, team_id = $4, version = version + 1, updated_ms = $5 WHERE id = $1;

-- name: ticket_version
SELECT version FROM ticket WHERE id = $1;

-- name: ticket_tags
SELECT tag FROM ticket_tag WHERE ticket_id = $1 ORDER BY tag;

-- name: ticket_tag_insert
INSERT INTO ticket_tag (ticket_id, tag) VALUES ($1, $2) ON CONFLICT (ticket_id, tag) DO NOTHING;

-- name: ticket_tag_remove
DELETE FROM ticket_tag WHERE ticket_id = $1 AND tag = $2;

-- name: read_cursor_put
INSERT INTO read_cursor (user_id, ticket_id, message_id) VALUES ($1, $2, $3)
ON CONFLICT (user_id, ticket_id) DO UPDATE SET message_id = excluded.message_id;

-- name: read_cursor_remove
DELETE FROM read_cursor WHERE user_id = $1 AND ticket_id = $2;

-- name: message_in_ticket
SELECT 1 FROM message WHERE id = $1 AND ticket_id = $2;

-- name: draft_put
INSERT INTO draft (user_id, ticket_id, kind, text, updated_ms) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id, ticket_id, kind) DO UPDATE SET text = excluded.text, updated_ms = excluded.updated_ms;

-- name: draft_remove
DELETE FROM draft WHERE user_id = $1 AND ticket_id = $2 AND kind = $3;

-- name: drafts_remove
DELETE FROM draft WHERE user_id = $1 AND ticket_id = $2;

-- name: channel_pause
UPDATE channel SET paused = $2 WHERE id = $1 AND paused <> $2;

-- name: once_find
SELECT digest, status, object FROM idempotency WHERE actor = $1 AND key = $2;

-- name: once_keep
INSERT INTO idempotency (actor, key, digest, status, object, created_ms) VALUES ($1, $2, $3, $4, $5, $6);
