-- What `guichetctl check` reads beside the audit trail: structure, references, and what has a digest of its own.

-- name: check_references
PRAGMA foreign_key_check;

-- name: check_inbox
SELECT id, body, digest FROM inbox ORDER BY id;

-- name: check_quarantine
SELECT id, body, digest FROM quarantine ORDER BY id;
