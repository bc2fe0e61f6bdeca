-- What the router reads and writes: threads, tickets, messages (core/router/thread, core/router/ingest).

-- name: thread_find
SELECT v.id, v.contact_id, v.person, v.window_opened_ms, v.window_closes_ms, v.human_until_ms, v.window_opened_by,
       v.window_expired_ms, v.window_change_ms, v.thread_owner, v.owner_ms, v.unreachable IS NOT NULL, v.referrals,
       v.loose, v.delivered_ms, v.read_ms, v.last_in_ms,
       t.id, t.status, t.status_set, t.unanswered, t.customer_ms, t.answered_ms, t.messages_in, t.last_message_id,
       t.last_message_ms, t.deadline_ms, t.first_response_ms, t.solved_ms, t.closed_ms, t.snoozed_until_ms
FROM identity i
JOIN conversation v ON v.id = i.id
LEFT JOIN ticket t ON t.conversation_id = v.id AND t.status < 4
WHERE i.account_id = $1 AND i.remote_id = $2;

-- name: thread_key
SELECT v.account_id, i.remote_id FROM conversation v JOIN identity i ON i.id = v.id WHERE v.id = $1;

-- name: account_plugin
SELECT plugin FROM account WHERE id = $1;

-- name: contact_insert
INSERT INTO contact (customer_key, created_ms, updated_ms) VALUES ($1, $2, $2);

-- name: identity_insert
INSERT INTO identity (account_id, remote_id, contact_id, created_ms) VALUES ($1, $2, $3, $4);

-- name: conversation_insert
INSERT INTO conversation (id, account_id, contact_id, person, created_ms) VALUES ($1, $2, $3, $4, $5);

-- name: conversation_update
UPDATE conversation
SET window_opened_ms = $2, window_closes_ms = $3, window_opened_by = $4, human_until_ms = $5, window_expired_ms = $6,
    thread_owner = $7, owner_ms = $8,
    unreachable = CASE WHEN $9 = 0 THEN NULL ELSE coalesce(unreachable, 'unreachable') END,
    referrals = $10, loose = $11, delivered_ms = $12, read_ms = $13, last_in_ms = $14
WHERE id = $1;

-- name: conversation_due
UPDATE conversation SET window_change_ms = $2 WHERE id = $1;

-- name: ticket_insert
INSERT INTO ticket (conversation_id, account_id, contact_id, status, last_message_ms, deadline_ms, created_ms, updated_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7);

-- What a message changes: no column that most indexes hang on.

-- name: ticket_touch
UPDATE ticket
SET customer_ms = $2, answered_ms = $3, messages_in = $4, last_message_id = $5, last_message_ms = $6, deadline_ms = $7,
    first_response_ms = $8, updated_ms = $9, version = version + 1
WHERE id = $1;

-- name: ticket_waits
UPDATE ticket SET unanswered = $2 WHERE id = $1;

-- name: ticket_turn
UPDATE ticket
SET status = $2, status_set = $3, solved_ms = $4, closed_ms = $5, snoozed_until_ms = $6
WHERE id = $1;

-- name: account_heard
UPDATE account SET last_in_ms = $2 WHERE id = $1 AND (last_in_ms IS NULL OR last_in_ms < $2);

-- name: message_by_remote
SELECT id, conversation_id, ticket_id, direction, delivery, sent_ms, flags, unsent_ms, author, mark IS NOT NULL
FROM message WHERE remote_key = $3 AND account_id = $1 AND remote_id = $2 ORDER BY direction LIMIT 1;

-- name: message_by_part
SELECT m.id, m.conversation_id, m.ticket_id, m.direction, m.delivery, m.sent_ms, m.flags, m.unsent_ms, m.author,
       m.mark IS NOT NULL
FROM message_part p JOIN message m ON m.id = p.message_id WHERE p.account_id = $1 AND p.remote_id = $2;

-- name: message_by_mark
SELECT id, conversation_id, ticket_id, direction, delivery, sent_ms, flags, unsent_ms, author, 1
FROM message WHERE mark = $1 AND account_id = $2;

-- name: message_by_id
SELECT id, conversation_id, ticket_id, direction, delivery, sent_ms, flags, unsent_ms, author, mark IS NOT NULL
FROM message WHERE id = $1;

-- The twin ($20) is 0, or what message_twins gave for an id whose number another one has (remote_write).

-- name: message_insert
INSERT INTO message (conversation_id, ticket_id, account_id, direction, kind, author, user_id, text, remote_id, remote_key,
                     reply_to, reply_key, context, sent_ms, lag_ms, delivery, flags, mark, client_key, remote_twin)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 - $14, $16, $17, $18, $19, $20);

-- name: attachment_insert
INSERT INTO attachment (message_id, position, kind, state, url, mime, name, remote_id, raw, bytes, duration_ms,
                        latitude_e7, longitude_e7)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: message_delivery
UPDATE message
SET delivery = $2, lag_ms = lag_ms + sent_ms - $3, sent_ms = $3, flags = $4, version = version + 1
WHERE id = $1;

-- Our messages that a watermark covers and that are not that far yet.

-- name: message_below_mark
SELECT id, ticket_id, delivery FROM message
WHERE conversation_id = $1 AND direction = 1 AND delivery IN (2, 3) AND delivery < $3 AND sent_ms <= $2
ORDER BY sent_ms, id;

-- name: message_set_delivery
UPDATE message SET delivery = $2, version = version + 1 WHERE id = $1;

-- name: message_receipt
UPDATE message SET delivery = $2, lag_ms = lag_ms + sent_ms - $3, sent_ms = $3, version = version + 1 WHERE id = $1;

-- Text of an edit: the higher revision, then the later time, then the greater text.

-- name: message_edit
UPDATE message
SET text = $2, revision = $3, edited_ms = $4, version = version + 1
WHERE id = $1 AND unsent_ms IS NULL
  AND (edited_ms IS NULL OR revision < $3 OR (revision = $3 AND edited_ms < $4)
       OR (revision = $3 AND edited_ms = $4 AND text < $2));

-- name: message_unsend
UPDATE message
SET text = NULL, context = NULL, edited_ms = NULL, revision = 0, unsent_ms = $2, version = version + 1
WHERE id = $1 AND unsent_ms IS NULL;

-- name: message_unsend_earlier
UPDATE message SET unsent_ms = $2 WHERE id = $1 AND unsent_ms > $2;

-- name: attachment_remove
DELETE FROM attachment WHERE message_id = $1;

-- name: message_touch
UPDATE message SET version = version + 1 WHERE id = $1;

-- name: reaction_put
INSERT INTO reaction (message_id, author, emoji, set_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (message_id, author) DO UPDATE SET emoji = excluded.emoji, set_ms = excluded.set_ms
WHERE excluded.set_ms > reaction.set_ms
   OR (excluded.set_ms = reaction.set_ms AND coalesce(excluded.emoji, '') > coalesce(reaction.emoji, ''));

-- name: seen_insert
INSERT INTO seen (account_id, kind, event_key, arrived_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id, kind, event_key) DO NOTHING;

-- name: parked_count
SELECT count(*) FROM parked;

-- name: parked_insert
INSERT INTO parked (account_id, remote_id, kind, author, state, text, revision, happened_ms, arrived_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: parked_next
SELECT id, kind, author, state, text, revision, happened_ms FROM parked
WHERE account_id = $1 AND remote_id = $2 ORDER BY id LIMIT 1;

-- name: parked_remove
DELETE FROM parked WHERE id = $1;

-- name: part_insert
INSERT INTO message_part (account_id, remote_id, message_id, part) VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id, remote_id) DO NOTHING;

-- name: line_attach
UPDATE message SET ticket_id = $2 WHERE conversation_id = $1 AND ticket_id IS NULL;

-- name: referral_insert
INSERT INTO referral (conversation_id, happened_ms, context) VALUES ($1, $2, $3);

-- The newest referral at or before $2, and the oldest after it: between them lies the message that it prompted.

-- name: referral_before
SELECT id, happened_ms, context FROM referral
WHERE conversation_id = $1 AND happened_ms <= $2 ORDER BY happened_ms DESC, id DESC LIMIT 1;

-- name: referral_after
SELECT coalesce(min(happened_ms), 9223372036854775807) FROM referral WHERE conversation_id = $1 AND happened_ms > $2;

-- name: referral_first_message
SELECT m.id FROM ticket t JOIN message m ON m.ticket_id = t.id
WHERE t.conversation_id = $1 AND m.direction = 0 AND m.kind = 0 AND m.sent_ms >= $2 AND m.sent_ms < $3
ORDER BY m.sent_ms, m.remote_id LIMIT 1;

-- name: referral_detach
UPDATE message SET context = NULL, referral_id = NULL, version = version + 1 WHERE referral_id = $1 AND id <> $2;

-- name: referral_attach
UPDATE message SET context = $2, referral_id = $3, version = version + 1
WHERE id = $1 AND unsent_ms IS NULL AND (context IS NULL OR (referral_id IS NOT NULL AND referral_id <> $3));

-- name: account_notice
UPDATE account SET state = $2, error_code = $3, error_text = $4, notice_ms = $5 WHERE id = $1;

-- The state, unless news of a later time than $2 were heard.

-- name: account_state
SELECT state FROM account WHERE id = $1 AND notice_ms <= $2;

-- Agent's key, text and what was attached: what the log says of a reply.

-- name: message_content
SELECT u.agent_key, m.text, (SELECT count(*) FROM attachment a WHERE a.message_id = m.id),
       (SELECT kind FROM attachment a WHERE a.message_id = m.id ORDER BY position LIMIT 1)
FROM message m LEFT JOIN user u ON u.id = m.user_id WHERE m.id = $1;

-- name: message_set_remote
UPDATE message
SET remote_id = $2, remote_key = $3, remote_twin = $4
WHERE id = $1 AND remote_id IS NULL;

-- The next twin among the messages of that number, and whether one of them has this account and id.

-- name: message_twins
SELECT max(remote_twin) + 1, max(account_id = $3 AND remote_id = $4) FROM message
WHERE remote_key = $1 AND direction = $2;

-- A message that turned out to be ours under another row: out of every list, its id free.

-- name: message_put_away
UPDATE message SET remote_id = NULL, remote_key = NULL, flags = flags | 2, version = version + 1 WHERE id = $1;

-- name: reaction_move
UPDATE OR IGNORE reaction SET message_id = $2 WHERE message_id = $1;

-- name: account_sent
UPDATE account SET last_out_ms = $2 WHERE id = $1;

-- name: message_text
SELECT text FROM message WHERE id = $1;
