-- What the HTTP API reads (core/http). Places of the ticket lists:
--  $1 user (unread)     $2 statuses, a set of bits    $3 channel names, JSON    $4 assignee: NULL any, 0 nobody
--  $5 team              $6 tags, JSON                 $7 priorities, a set      $8 contact
--  $9 unanswered 0/1    $10 words, a full-text query  $11 accounts, JSON        $12 teams, JSON
--  $13 cursor's key     $14 cursor's id               $15 limit

-- part: ticket_columns
SELECT k.*,
       (SELECT count(*) FROM message m
         WHERE m.ticket_id = k.id AND m.direction = 0 AND m.kind = 0
           AND m.id > coalesce((SELECT r.message_id FROM read_cursor r WHERE r.user_id = $1 AND r.ticket_id = k.id), 0))
           AS unread

-- part: ticket_filter
   AND (1 << k.status) & $2
   AND ($3 IS NULL OR k.account_id IN (SELECT a.id FROM account a JOIN channel ch ON ch.id = a.channel_id
                                        WHERE ch.name IN (SELECT value FROM json_each($3))))
   AND ($4 IS NULL OR coalesce(k.assignee_id, 0) = $4)
   AND ($5 IS NULL OR k.team_id = $5)
   AND ($6 IS NULL OR EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket_id = k.id
                                                           AND g.tag IN (SELECT value FROM json_each($6))))
   AND (1 << k.priority) & $7
   AND ($8 IS NULL OR k.contact_id = $8)
   AND ($9 IS NULL OR k.unanswered = $9)
   AND ($10 IS NULL
        OR k.id IN (SELECT m.ticket_id FROM message_fts f JOIN message m ON m.id = f.rowid WHERE message_fts MATCH $10)
        OR k.contact_id IN (SELECT rowid FROM contact_fts WHERE contact_fts MATCH $10))
   AND ($11 IS NULL OR k.account_id IN (SELECT value FROM json_each($11)))
   AND ($12 IS NULL OR k.team_id IN (SELECT value FROM json_each($12)))

-- name: tickets_by_window
-- use: ticket_columns
  FROM ticket_card k
 WHERE k.status < 4 AND (k.deadline_ms, k.id) > ($13, $14)
-- use: ticket_filter
 ORDER BY k.deadline_ms, k.id
 LIMIT $15;

-- name: tickets_by_update
-- use: ticket_columns
  FROM ticket_card k
 WHERE k.status < 4 AND k.updated_ms <= $13 AND (k.updated_ms < $13 OR k.id > $14)
-- use: ticket_filter
 ORDER BY k.updated_ms DESC, k.id
 LIMIT $15;

-- name: tickets_by_creation
-- use: ticket_columns
  FROM ticket_card k
 WHERE k.status < 4 AND k.created_ms <= $13 AND (k.created_ms < $13 OR k.id > $14)
-- use: ticket_filter
 ORDER BY k.created_ms DESC, k.id
 LIMIT $15;

-- name: tickets_by_priority
-- use: ticket_columns
  FROM ticket_card k
 WHERE k.status < 4 AND k.priority <= $13 AND (k.priority < $13 OR k.id > $14)
-- use: ticket_filter
 ORDER BY k.priority DESC, k.id
 LIMIT $15;

-- No ticket has a service target yet: all are "without one", in the order of their numbers.
-- name: tickets_by_sla
-- use: ticket_columns
  FROM ticket_card k
 WHERE k.status < 4 AND k.id > $14 AND $13 IS NOT NULL
-- use: ticket_filter
 ORDER BY k.id
 LIMIT $15;

-- The same orders with closed tickets among them, which no index gives. No window matters to a closed one: it
-- comes last.
-- name: tickets_with_closed_by_window
-- use: ticket_columns
  FROM ticket_card k
 WHERE (CASE k.status WHEN 4 THEN 253402300799999 ELSE k.deadline_ms END, k.id) > ($13, $14)
-- use: ticket_filter
 ORDER BY CASE k.status WHEN 4 THEN 253402300799999 ELSE k.deadline_ms END, k.id
 LIMIT $15;

-- name: tickets_with_closed_by_update
-- use: ticket_columns
  FROM ticket_card k
 WHERE k.updated_ms <= $13 AND (k.updated_ms < $13 OR k.id > $14)
-- use: ticket_filter
 ORDER BY k.updated_ms DESC, k.id
 LIMIT $15;

-- name: tickets_with_closed_by_creation
-- use: ticket_columns
  FROM ticket_card k
 WHERE k.created_ms <= $13 AND (k.created_ms < $13 OR k.id > $14)
-- use: ticket_filter
 ORDER BY k.created_ms DESC, k.id
 LIMIT $15;

-- name: tickets_with_closed_by_priority
-- use: ticket_columns
  FROM ticket_card k
 WHERE k.priority <= $13 AND (k.priority < $13 OR k.id > $14)
-- use: ticket_filter
 ORDER BY k.priority DESC, k.id
 LIMIT $15;

-- name: tickets_with_closed_by_sla
-- use: ticket_columns
  FROM ticket_card k
 WHERE k.id > $14 AND $13 IS NOT NULL
-- use: ticket_filter
 ORDER BY k.id
 LIMIT $15;

-- The filter asks for columns of the ticket alone: what is counted is read from one index (ticket_facts).
-- name: tickets_count
SELECT count(*) FROM ticket k INDEXED BY ticket_facts
 WHERE k.status < 4 AND $1 IS NOT NULL AND $13 IS NOT NULL AND $14 IS NOT NULL AND $15 IS NOT NULL
-- use: ticket_filter
;

-- name: tickets_count_with_closed
SELECT count(*) FROM ticket k
 WHERE $1 IS NOT NULL AND $13 IS NOT NULL AND $14 IS NOT NULL AND $15 IS NOT NULL
-- use: ticket_filter
;

-- name: ticket_one
-- use: ticket_columns
  FROM ticket_card k
 WHERE k.id = $2;

-- name: ticket_place
SELECT account_id, coalesce(team_id, 0), version FROM ticket WHERE id = $1;

-- name: message_place
SELECT m.account_id, coalesce(t.team_id, 0), m.ticket_id
  FROM message m JOIN ticket t ON t.id = m.ticket_id WHERE m.id = $1;

-- name: contact_place
SELECT account_id FROM conversation WHERE contact_id = $1 ORDER BY id;

-- name: message_one
SELECT * FROM message_card WHERE id = $1;

-- Newest first; discarded ones are left out.
-- name: messages_before
SELECT * FROM message_card
 WHERE ticket_id = $1 AND (sent_ms, id) < ($2, $3) AND (flags & 2) = 0
 ORDER BY sent_ms DESC, id DESC
 LIMIT $4;

-- name: message_moment
SELECT sent_ms FROM message WHERE id = $1 AND ticket_id = $2;

-- name: attachments_of
SELECT id, kind, state, url, mime, name, remote_id, raw, bytes, latitude_e7, longitude_e7
  FROM attachment WHERE message_id = $1 ORDER BY position;

-- name: reactions_of
SELECT author, emoji FROM reaction WHERE message_id = $1 AND emoji IS NOT NULL ORDER BY author;

-- name: ticket_unread
SELECT count(*) FROM message m
 WHERE m.ticket_id = $2 AND m.direction = 0 AND m.kind = 0
   AND m.id > coalesce((SELECT r.message_id FROM read_cursor r WHERE r.user_id = $1 AND r.ticket_id = $2), 0);

-- name: drafts_of
SELECT kind, text, updated_ms FROM draft WHERE user_id = $1 AND ticket_id = $2;

-- name: contact_one
SELECT p.id, p.name, p.handle, p.avatar_url, p.lang, p.customer_key, p.created_ms,
       ch.name, a.plugin, a.id, a.name, max(c.last_in_ms), c.unreachable
  FROM contact p
  JOIN conversation c ON c.contact_id = p.id
  JOIN account a ON a.id = c.account_id
  JOIN channel ch ON ch.id = a.channel_id
 WHERE p.id = $1 AND ($2 IS NULL OR a.id IN (SELECT value FROM json_each($2)))
 GROUP BY c.id
 ORDER BY max(c.last_in_ms) DESC
 LIMIT 1;

-- name: contact_origin
SELECT w.word
  FROM engagement_key k
  JOIN engagement_line l ON l.customer = k.id AND l.type = 1 -- contact.started
  JOIN engagement_word w ON w.family = 'origin' AND w.number = l.origin
 WHERE k.key = $1
 LIMIT 1;

-- name: contact_tickets
SELECT t.id, t.status, t.created_ms, t.solved_ms, substr(m.text, 1, 400)
  FROM (SELECT x.id FROM ticket x
         WHERE x.conversation_id IN (SELECT id FROM conversation WHERE contact_id = $1)
           AND ($2 IS NULL OR x.account_id IN (SELECT value FROM json_each($2)))
           AND ($3 IS NULL OR x.team_id IN (SELECT value FROM json_each($3)))
         ORDER BY x.id DESC
         LIMIT 20) newest
  JOIN ticket t ON t.id = newest.id
  LEFT JOIN message m ON m.id = t.last_message_id
 ORDER BY t.id DESC;

-- Places of both searches: $1 words, $2 ids below this one, $3 limit, $4 accounts, $5 teams.
-- name: search_contacts
SELECT p.id, p.name, p.handle, p.avatar_url,
       t.id, t.status, t.created_ms, t.solved_ms, substr(m.text, 1, 400)
  FROM contact_fts f
  JOIN contact p ON p.id = f.rowid
  JOIN ticket t ON t.id = (SELECT max(x.id) FROM ticket x
                            WHERE x.conversation_id IN (SELECT id FROM conversation WHERE contact_id = p.id)
                              AND ($4 IS NULL OR x.account_id IN (SELECT value FROM json_each($4)))
                              AND ($5 IS NULL OR x.team_id IN (SELECT value FROM json_each($5))))
  LEFT JOIN message m ON m.id = t.last_message_id
 WHERE contact_fts MATCH $1 AND f.rowid < $2
 ORDER BY f.rowid DESC
 LIMIT $3;

-- name: search_messages
SELECT m.id, m.text, m.direction, m.sent_ms,
       p.id, p.name, p.handle, p.avatar_url,
       t.id, t.status, t.created_ms, t.solved_ms
  FROM message_fts f
  JOIN message m ON m.id = f.rowid
  JOIN ticket t ON t.id = m.ticket_id
  JOIN contact p ON p.id = t.contact_id
 WHERE message_fts MATCH $1 AND f.rowid < $2 AND (m.flags & 2) = 0
   AND ($4 IS NULL OR t.account_id IN (SELECT value FROM json_each($4)))
   AND ($5 IS NULL OR t.team_id IN (SELECT value FROM json_each($5)))
 ORDER BY f.rowid DESC
 LIMIT $3;

-- name: channel_state
SELECT paused FROM channel WHERE id = $1;

-- name: channel_account
SELECT state, paused_until_ms, error_code, error_text, last_in_ms, last_out_ms,
       (SELECT count(*) FROM outbox o WHERE o.account_id = a.id AND o.state < 3)
  FROM account a WHERE a.id = $1;

-- name: quarantine_count
SELECT count(*) FROM quarantine WHERE channel = $1;

-- name: user_settings
SELECT settings FROM user WHERE id = $1;

-- name: user_set_settings
UPDATE user SET settings = $2 WHERE id = $1;
