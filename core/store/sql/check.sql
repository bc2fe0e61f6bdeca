-- What `guichetctl check` reads beside the audit trail: structure, references, what has a digest of its own, and whether
-- each of the platforms' messages is here once, under its number (core/router/remote.h).

-- name: check_references
PRAGMA foreign_key_check;

-- name: check_messages
SELECT m.id, m.remote_id, m.remote_key, m.reply_to, m.reply_key,
       (SELECT min(e.id) FROM message e
         WHERE e.remote_key = m.remote_key AND e.account_id = m.account_id AND e.direction = m.direction
           AND e.remote_id = m.remote_id)
  FROM message m WHERE m.remote_id IS NOT NULL OR m.reply_to IS NOT NULL ORDER BY m.id;

-- name: check_inbox
SELECT id, body, digest FROM inbox ORDER BY id;

-- name: check_quarantine
SELECT id, body, digest FROM quarantine ORDER BY id;
