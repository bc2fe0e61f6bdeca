-- What the store keeps about itself, and the full-text index.

-- name: setting_get
SELECT value FROM setting WHERE name = $1;

-- name: setting_put
INSERT INTO setting (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- Messages that have an id after the high-water mark.

-- name: fulltext_lag
SELECT (SELECT coalesce(max(id), 0) FROM message)
     - (SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'fts');

-- name: fulltext_mark
SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'fts';

-- name: fulltext_mark_set
UPDATE setting SET value = CAST($1 AS TEXT) WHERE name = 'fts';

-- name: fulltext_next
SELECT id, text FROM message WHERE id > $1 ORDER BY id LIMIT $2;

-- name: fulltext_add
INSERT INTO message_fts (rowid, text) VALUES ($1, $2);

-- name: fulltext_remove
INSERT INTO message_fts (message_fts, rowid, text) VALUES ('delete', $1, $2);

-- Brings segments of the index together, writing about so many pages.

-- name: fulltext_merge
INSERT INTO message_fts (message_fts, rank) VALUES ('merge', $1);

-- Newest first, before message $2.

-- name: fulltext_find
SELECT rowid FROM message_fts WHERE message_fts MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3;

-- name: store_integrity
PRAGMA integrity_check;
