-- What the API shows, as views: the columns of a ticket and of a message stand once, here, and their order is that
-- of the tables in core/http/view/.

CREATE VIEW ticket_card AS
SELECT t.id, t.version, t.status, t.priority, t.account_id, t.contact_id, t.conversation_id,
       ch.name AS channel, a.plugin, a.name AS account_name, a.state AS account_state, ch.paused AS channel_paused,
       p.name AS contact_name, p.handle, p.avatar_url,
       t.assignee_id, u.name AS assignee_name, t.team_id, tm.name AS team_name,
       (SELECT group_concat(g.tag, char(31)) FROM (SELECT tag FROM ticket_tag WHERE ticket_id = t.id ORDER BY tag) g)
           AS tags,
       t.created_ms, t.updated_ms, t.last_message_ms, t.first_response_ms, t.solved_ms, t.snoozed_until_ms,
       t.messages_in, t.unanswered,
       substr(m.text, 1, 400) AS preview, m.direction AS preview_direction,
       (SELECT x.kind FROM attachment x WHERE x.message_id = m.id ORDER BY x.position LIMIT 1) AS preview_kind,
       c.window_opened_ms, c.window_closes_ms, c.window_opened_by, c.human_until_ms, c.unreachable,
       t.deadline_ms
  FROM ticket t
  JOIN conversation c ON c.id = t.conversation_id
  JOIN account a ON a.id = t.account_id
  JOIN channel ch ON ch.id = a.channel_id
  JOIN contact p ON p.id = t.contact_id
  LEFT JOIN user u ON u.id = t.assignee_id
  LEFT JOIN team tm ON tm.id = t.team_id
  LEFT JOIN message m ON m.id = t.last_message_id;

CREATE VIEW message_card AS
SELECT m.id, m.ticket_id, m.version, m.direction, m.kind, m.author, m.user_id, u.name AS user_name,
       p.id AS contact_id, p.name AS contact_name,
       m.text,
       (SELECT r.id FROM message r WHERE r.remote_key = m.reply_key AND r.account_id = m.account_id AND r.remote_id = m.reply_to
         ORDER BY r.direction LIMIT 1) AS reply_to_id,
       coalesce(m.context, f.context) AS context, m.remote_id, m.client_key,
       m.sent_ms, m.sent_ms + m.lag_ms AS received_ms, m.edited_ms, m.unsent_ms, m.delivery,
       o.error_code, o.error_text, m.flags,
       m.account_id, t.team_id
  FROM message m
  JOIN conversation c ON c.id = m.conversation_id
  JOIN contact p ON p.id = c.contact_id
  JOIN ticket t ON t.id = m.ticket_id
  LEFT JOIN user u ON u.id = m.user_id
  LEFT JOIN referral f ON f.id = m.referral_id
  LEFT JOIN outbox o ON o.message_id = m.id AND m.delivery = 5;

CREATE INDEX ticket_by_creation ON ticket (created_ms) WHERE status < 4;

-- Search in names, accents folded. Whoever names a contact says so in the same transaction (a trigger may not touch a
-- virtual table on a connection that does not trust the schema).
CREATE VIRTUAL TABLE contact_fts USING fts5 (
    name, handle, content = 'contact', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
