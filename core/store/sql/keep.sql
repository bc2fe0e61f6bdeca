-- Configured channels; raw hooks in inbox and quarantine; chores (core/router).

-- name: channel_put
INSERT INTO channel (name, plugin) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET plugin = excluded.plugin;

-- name: channel_id
SELECT id FROM channel WHERE name = $1;

-- name: account_put
INSERT INTO account (plugin, remote_id, name, channel_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (plugin, remote_id) DO UPDATE SET name = excluded.name, channel_id = excluded.channel_id;

-- name: account_id
SELECT id FROM account WHERE plugin = $1 AND remote_id = $2;

-- name: inbox_insert
INSERT INTO inbox (channel, arrived_ms, path, query, headers, body, digest, attempts, next_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8);

-- name: inbox_due
SELECT id, channel, arrived_ms, path, query, headers, body, attempts FROM inbox
WHERE next_ms <= $1 ORDER BY next_ms, id LIMIT $2;

-- name: inbox_attempt
UPDATE inbox SET attempts = attempts + 1, next_ms = $2 WHERE id = $1;

-- name: inbox_put_back
UPDATE inbox SET attempts = max(0, attempts - 1), next_ms = $2 WHERE id = $1;

-- name: inbox_afresh
UPDATE inbox SET attempts = 0, next_ms = $1;

-- name: inbox_exists
SELECT 1 FROM inbox WHERE id = $1;

-- name: inbox_remove
DELETE FROM inbox WHERE id = $1;

-- name: inbox_next
SELECT coalesce(min(next_ms), 0) FROM inbox;

-- name: quarantine_exists
SELECT 1 FROM quarantine WHERE digest = $1 AND channel = $2 AND path = $3 LIMIT 1;

-- name: quarantine_strangers
SELECT count(*), coalesce(sum(length(body)), 0) FROM quarantine INDEXED BY quarantine_strangers
WHERE reason = 'unknown_account';

-- name: quarantine_insert
INSERT INTO quarantine (channel, arrived_ms, path, query, headers, body, digest, reason, sentence, set_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: quarantine_list
SELECT id, channel, arrived_ms, set_ms, length(body), digest, reason, sentence FROM quarantine
WHERE id > $1 AND ($2 IS NULL OR channel IN (SELECT value FROM json_each($2))) ORDER BY id LIMIT $3;

-- name: quarantine_get
SELECT id, channel, arrived_ms, set_ms, length(body), digest, reason, sentence, path, query, headers, body
FROM quarantine WHERE id = $1;

-- name: quarantine_channel
SELECT channel FROM quarantine WHERE id = $1;

-- name: quarantine_remove
DELETE FROM quarantine WHERE id = $1;

-- name: quarantine_word
UPDATE quarantine SET reason = $2, sentence = $3 WHERE id = $1;

-- name: quarantine_requeue
INSERT INTO inbox (channel, arrived_ms, path, query, headers, body, digest, attempts, next_ms)
SELECT channel, arrived_ms, path, query, headers, body, digest, 0, $2 FROM quarantine WHERE id = $1;

-- name: chore_windows
SELECT id FROM conversation WHERE window_change_ms <= $1 ORDER BY window_change_ms LIMIT $2;

-- name: chore_snoozed
SELECT conversation_id FROM ticket WHERE status = 2 AND snoozed_until_ms <= $1 ORDER BY snoozed_until_ms LIMIT $2;

-- name: chore_solved
SELECT conversation_id FROM ticket WHERE status = 3 AND solved_ms < $1 ORDER BY solved_ms LIMIT $2;

-- name: chore_seen
DELETE FROM seen WHERE (account_id, kind, event_key) IN
    (SELECT account_id, kind, event_key FROM seen WHERE arrived_ms < $1 ORDER BY arrived_ms LIMIT $2);

-- name: chore_parked
DELETE FROM parked WHERE id IN (SELECT id FROM parked WHERE arrived_ms < $1 ORDER BY arrived_ms LIMIT $2);

-- name: chore_once
DELETE FROM idempotency WHERE (actor, key) IN
    (SELECT actor, key FROM idempotency WHERE created_ms < $1 ORDER BY created_ms LIMIT $2);
