-- The schema of Guichet 0.1.
--
-- Times are UTC milliseconds. Numbers of states are those of core/model (X-macro tables), checked there by tests.
-- Platform ids are text, digit for digit. Message text lives in message.text and nowhere else; the engagement log
-- has no text and no platform id.

-- What the product keeps about itself: instance id, full-text high-water mark, seal of the engagement log.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Channels and accounts are configured in the file; these rows hold their state and give them numbers.
CREATE TABLE channel (
    id     INTEGER PRIMARY KEY,
    name   TEXT NOT NULL UNIQUE,
    plugin TEXT NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1))
) STRICT;

-- One business account of a platform, whichever channel it is reached through.
CREATE TABLE account (
    id              INTEGER PRIMARY KEY,
    channel_id      INTEGER NOT NULL REFERENCES channel (id),
    plugin          TEXT NOT NULL,
    remote_id       TEXT NOT NULL,
    name            TEXT NOT NULL,
    state           INTEGER NOT NULL DEFAULT 0, -- enum gct_account_state
    paused_until_ms INTEGER,
    notice_ms       INTEGER NOT NULL DEFAULT 0, -- the platform's newest word about the account
    error_code      TEXT,
    error_text      TEXT,
    last_in_ms      INTEGER,
    last_out_ms     INTEGER,
    UNIQUE (plugin, remote_id)
) STRICT;

-- A person as the business knows them. customer_key is the random pseudonym of the engagement log.
CREATE TABLE contact (
    id           INTEGER PRIMARY KEY,
    customer_key TEXT NOT NULL,
    name         TEXT,
    handle       TEXT,
    avatar_url   TEXT,
    lang         TEXT,
    profile_ms   INTEGER, -- when the platform was last asked
    created_ms   INTEGER NOT NULL,
    updated_ms   INTEGER NOT NULL
) STRICT;

CREATE TABLE identity (
    id         INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    remote_id  TEXT NOT NULL,
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    created_ms INTEGER NOT NULL,
    UNIQUE (account_id, remote_id)
) STRICT;

-- Everything between one account and one customer, for ever: one for each identity, with its number. person is the
-- engagement log's number of the contact's customer_key.
CREATE TABLE conversation (
    id               INTEGER PRIMARY KEY REFERENCES identity (id),
    account_id       INTEGER NOT NULL REFERENCES account (id),
    contact_id       INTEGER NOT NULL REFERENCES contact (id),
    person           INTEGER NOT NULL REFERENCES engagement_key (id),
    window_opened_ms INTEGER,
    window_closes_ms INTEGER,
    window_opened_by TEXT,
    human_until_ms   INTEGER,
    window_expired_ms INTEGER NOT NULL DEFAULT 0, -- the newest end of a window that is in the engagement log
    window_change_ms INTEGER,                    -- not later than the window's state changes without news; NULL: never
    thread_owner     INTEGER NOT NULL DEFAULT 0, -- enum gct_thread_owner
    owner_ms         INTEGER NOT NULL DEFAULT 0, -- since when
    unreachable      TEXT,                       -- why this customer cannot be written to
    referrals        INTEGER NOT NULL DEFAULT 0 CHECK (referrals IN (0, 1)), -- rows in referral
    loose            INTEGER NOT NULL DEFAULT 0 CHECK (loose IN (0, 1)),     -- system messages without a ticket yet
    delivered_ms     INTEGER NOT NULL DEFAULT 0, -- watermarks of our messages
    read_ms          INTEGER NOT NULL DEFAULT 0,
    last_in_ms       INTEGER NOT NULL DEFAULT 0,
    created_ms       INTEGER NOT NULL
) STRICT;
CREATE INDEX conversation_contact ON conversation (contact_id);
CREATE INDEX conversation_window ON conversation (window_change_ms) WHERE window_change_ms IS NOT NULL;

CREATE TABLE team (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE user (
    id         INTEGER PRIMARY KEY,
    login      TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name       TEXT NOT NULL,
    role       INTEGER NOT NULL, -- enum gct_role
    password   TEXT NOT NULL,    -- PHC string
    disabled   INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    agent_key  TEXT NOT NULL UNIQUE,
    scope      TEXT NOT NULL DEFAULT '{}',
    settings   TEXT NOT NULL DEFAULT '{}',
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE team_member (
    team_id INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, user_id)
) STRICT, WITHOUT ROWID;

-- Session and API tokens are stored as SHA-256 only.
CREATE TABLE session (
    digest     BLOB PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    csrf       TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    seen_ms    INTEGER NOT NULL,
    peer       TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user_id);

CREATE TABLE token (
    id         INTEGER PRIMARY KEY,
    digest     BLOB NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    role       INTEGER NOT NULL,
    scope      TEXT NOT NULL DEFAULT '{}',
    created_ms INTEGER NOT NULL,
    used_ms    INTEGER,
    revoked_ms INTEGER
) STRICT;

CREATE TABLE ticket (
    id                INTEGER PRIMARY KEY,          -- also its number
    conversation_id   INTEGER NOT NULL REFERENCES conversation (id),
    account_id        INTEGER NOT NULL REFERENCES account (id),
    contact_id        INTEGER NOT NULL REFERENCES contact (id),
    status            INTEGER NOT NULL,             -- enum gct_ticket_status; 4 is closed
    priority          INTEGER NOT NULL DEFAULT 1,   -- enum gct_priority
    assignee_id       INTEGER REFERENCES user (id),
    team_id           INTEGER REFERENCES team (id),
    status_set        INTEGER NOT NULL DEFAULT 0 CHECK (status_set IN (0, 1)), -- by somebody or a timer; 0: as opened
    unanswered        INTEGER NOT NULL DEFAULT 0 CHECK (unanswered IN (0, 1)),
    customer_ms       INTEGER NOT NULL DEFAULT 0,   -- newest message of the customer that waits for us
    answered_ms       INTEGER NOT NULL DEFAULT 0,   -- newest answer of a person
    messages_in       INTEGER NOT NULL DEFAULT 0,   -- how many the customer wrote
    last_message_id   INTEGER,                      -- the preview
    last_message_ms   INTEGER NOT NULL,
    deadline_ms       INTEGER NOT NULL,             -- end of the window's present state; a far future when closed or none
    created_ms        INTEGER NOT NULL,
    updated_ms        INTEGER NOT NULL,
    first_response_ms INTEGER,
    solved_ms         INTEGER,
    closed_ms         INTEGER,
    snoozed_until_ms  INTEGER,
    version           INTEGER NOT NULL DEFAULT 1    -- ETag
) STRICT;
CREATE UNIQUE INDEX ticket_live ON ticket (conversation_id) WHERE status < 4;
CREATE INDEX ticket_conversation ON ticket (conversation_id);
CREATE INDEX ticket_by_window ON ticket (deadline_ms) WHERE status < 4;
CREATE INDEX ticket_by_update ON ticket (updated_ms) WHERE status < 4;
CREATE INDEX ticket_by_priority ON ticket (priority) WHERE status < 4;
CREATE INDEX ticket_facts ON ticket (status, priority, assignee_id, team_id, account_id, unanswered, contact_id) WHERE status < 4;
CREATE INDEX ticket_snoozed ON ticket (snoozed_until_ms) WHERE status = 2;
CREATE INDEX ticket_solved ON ticket (solved_ms) WHERE status = 3;

-- A known customer came back through an ad or a link: the context of the message that follows.
CREATE TABLE referral (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversation (id),
    happened_ms     INTEGER NOT NULL,
    context         TEXT NOT NULL -- JSON as the API gives it
) STRICT;
CREATE INDEX referral_conversation ON referral (conversation_id, happened_ms);

CREATE TABLE ticket_tag (
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    tag       TEXT NOT NULL,
    PRIMARY KEY (ticket_id, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL REFERENCES conversation (id),
    ticket_id       INTEGER REFERENCES ticket (id),               -- NULL: a system line that came before any ticket
    account_id      INTEGER NOT NULL REFERENCES account (id),
    direction       INTEGER NOT NULL CHECK (direction IN (0, 1)), -- 0 in, 1 out
    kind            INTEGER NOT NULL,                             -- enum gct_message_kind
    author          INTEGER NOT NULL,                             -- enum gct_author
    user_id         INTEGER REFERENCES user (id),
    text            TEXT,
    remote_id       TEXT,
    remote_key      INTEGER,                                      -- remote_key() of remote_id
    remote_twin     INTEGER NOT NULL DEFAULT 0,                   -- tells it from others of that key
    reply_to        TEXT,                                         -- remote id of the message answered
    reply_key       INTEGER,                                      -- remote_key() of reply_to
    context         TEXT,                                         -- JSON as the API gives it
    sent_ms         INTEGER NOT NULL,                             -- the platform's time
    lag_ms          INTEGER NOT NULL,                             -- we had it so much later
    edited_ms       INTEGER,
    revision        INTEGER NOT NULL DEFAULT 0,
    unsent_ms       INTEGER,
    delivery        INTEGER,                                      -- enum gct_delivery; NULL for what came in
    flags           INTEGER NOT NULL DEFAULT 0,                   -- GCT_MESSAGE_…
    mark            TEXT,                                         -- of ours: comes back in the echo
    client_key      TEXT,                                         -- Idempotency-Key of the request that made it
    referral_id     INTEGER REFERENCES referral (id),             -- where context comes from, when not with the message
    version         INTEGER NOT NULL DEFAULT 1,                   -- grows with each change
    CHECK ((remote_id IS NULL) = (remote_key IS NULL) AND (reply_to IS NULL) = (reply_key IS NULL))
) STRICT;
CREATE UNIQUE INDEX message_remote ON message (remote_key, direction, remote_twin) WHERE remote_key IS NOT NULL;
CREATE UNIQUE INDEX message_mark ON message (mark) WHERE mark IS NOT NULL;
CREATE INDEX message_referral ON message (referral_id) WHERE referral_id IS NOT NULL;
CREATE INDEX message_loose ON message (conversation_id) WHERE ticket_id IS NULL;
CREATE INDEX message_ticket ON message (ticket_id, sent_ms);
CREATE INDEX message_undelivered ON message (conversation_id, sent_ms) WHERE direction = 1 AND delivery IN (2, 3);

-- A reply that travelled as several messages of the platform: the ids of the second and later ones.
CREATE TABLE message_part (
    account_id INTEGER NOT NULL REFERENCES account (id),
    remote_id  TEXT NOT NULL,
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    part       INTEGER NOT NULL,
    PRIMARY KEY (account_id, remote_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE attachment (
    id           INTEGER PRIMARY KEY,
    message_id   INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    kind         INTEGER NOT NULL, -- enum gct_attachment_kind
    state        INTEGER NOT NULL, -- enum gct_media_state
    url          TEXT,
    mime         TEXT,
    name         TEXT,
    remote_id    TEXT,
    raw          TEXT,
    bytes        INTEGER,
    duration_ms  INTEGER,
    latitude_e7  INTEGER,
    longitude_e7 INTEGER,
    UNIQUE (message_id, position)
) STRICT;

-- One row an author and message; a reaction taken back stays as a row without emoji, so that an older event that
-- comes later changes nothing.
CREATE TABLE reaction (
    message_id INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    author     INTEGER NOT NULL, -- enum gct_author
    emoji      TEXT,
    set_ms     INTEGER NOT NULL,
    PRIMARY KEY (message_id, author)
) STRICT, WITHOUT ROWID;

-- News about a message that is not here yet: applied when it comes.
CREATE TABLE parked (
    id         INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    remote_id  TEXT NOT NULL,
    kind       INTEGER NOT NULL, -- enum gct_event_kind
    author     INTEGER NOT NULL,
    state      INTEGER NOT NULL, -- reaction removed, receipt state
    text       TEXT,             -- edited text, emoji
    revision   INTEGER NOT NULL DEFAULT 0,
    happened_ms INTEGER NOT NULL,
    arrived_ms  INTEGER NOT NULL
) STRICT;
CREATE INDEX parked_remote ON parked (account_id, remote_id);
CREATE INDEX parked_age ON parked (arrived_ms);

-- Events that are not messages, seen once: the platform tells many things twice.
CREATE TABLE seen (
    account_id INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    event_key  TEXT NOT NULL,
    arrived_ms INTEGER NOT NULL,
    PRIMARY KEY (account_id, kind, event_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_age ON seen (arrived_ms);

-- Replies that the platform does not have, or not all of. A row is written with the message and goes when all of it is
-- sent; that of a failed reply stays, and knows why, and which parts were sent. Its number is never given again: news that come
-- late for a row that is gone must not find another reply in its place.
CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id      INTEGER NOT NULL UNIQUE REFERENCES message (id) ON DELETE CASCADE,
    conversation_id INTEGER NOT NULL REFERENCES conversation (id),
    account_id      INTEGER NOT NULL REFERENCES account (id),
    state           INTEGER NOT NULL,            -- enum gct_outbox_state
    part            INTEGER NOT NULL DEFAULT 0,  -- first request that was not sent
    parts           INTEGER NOT NULL DEFAULT 1,  -- how many requests it takes
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_ms         INTEGER NOT NULL,
    claimed_ms      INTEGER,
    created_ms      INTEGER NOT NULL,
    error_code      TEXT,                        -- of a failed one: slug of enum gct_problem
    error_text      TEXT                         -- the platform's code and words
) STRICT;
CREATE INDEX outbox_order ON outbox (conversation_id);
CREATE INDEX outbox_account ON outbox (account_id, state, next_ms);
CREATE INDEX outbox_waiting ON outbox (next_ms) WHERE state = 2;

-- Raw hooks that wait to be decoded, and those that need a person.
CREATE TABLE inbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    channel    TEXT NOT NULL,
    arrived_ms INTEGER NOT NULL,
    path       TEXT NOT NULL,
    query      TEXT NOT NULL,
    headers    TEXT NOT NULL, -- JSON [[name, value], …]
    body       BLOB NOT NULL,
    digest     BLOB NOT NULL, -- SHA-256 of body
    attempts   INTEGER NOT NULL DEFAULT 0,
    next_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX inbox_due ON inbox (next_ms);

CREATE TABLE quarantine (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    channel    TEXT NOT NULL,
    arrived_ms INTEGER NOT NULL,
    path       TEXT NOT NULL,
    query      TEXT NOT NULL,
    headers    TEXT NOT NULL,
    body       BLOB NOT NULL,
    digest     BLOB NOT NULL,
    reason     TEXT NOT NULL, -- gct_status name in lower case, or crash, hang
    sentence   TEXT NOT NULL,
    set_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX quarantine_digest ON quarantine (digest);
CREATE INDEX quarantine_strangers ON quarantine (length(body)) WHERE reason = 'unknown_account';

-- The engagement log (engagement.md): facts, append only, no text, no platform id. It was most of what a message
-- cost, so a line holds numbers: words, sources and random keys stand once. engagement_event reads as designed.
-- For the same reason a line stands in no index but what an agent waits for; reports bring theirs, beside the writer.
CREATE TABLE engagement_word (
    family TEXT NOT NULL CHECK (family IN ('type', 'actor', 'kind', 'origin')),
    number INTEGER NOT NULL,
    word   TEXT NOT NULL,
    PRIMARY KEY (family, number),
    UNIQUE (family, word)
) STRICT, WITHOUT ROWID;
INSERT INTO engagement_word (family, number, word) VALUES
    ('type', 1, 'contact.started'), ('type', 2, 'contact.referred'), ('type', 3, 'contact.opted_in'),
    ('type', 4, 'contact.opted_out'), ('type', 5, 'contact.blocked'), ('type', 6, 'contact.unblocked'),
    ('type', 7, 'contact.reported'), ('type', 8, 'contact.linked'), ('type', 9, 'contact.unlinked'),
    ('type', 10, 'contact.labelled'), ('type', 11, 'contact.erased'), ('type', 12, 'message.received'),
    ('type', 13, 'message.sent'), ('type', 14, 'message.delivered'), ('type', 15, 'message.read'),
    ('type', 16, 'message.failed'), ('type', 17, 'message.reacted'), ('type', 18, 'message.unsent'),
    ('type', 19, 'share.received'), ('type', 20, 'story.replied'), ('type', 21, 'story.mentioned'),
    ('type', 22, 'link.opened'), ('type', 23, 'window.opened'), ('type', 24, 'window.extended'),
    ('type', 25, 'window.expired'), ('type', 26, 'automation.disclosed'), ('type', 27, 'handover.to_automation'),
    ('type', 28, 'handover.to_human'), ('type', 29, 'ticket.opened'), ('type', 30, 'ticket.assigned'),
    ('type', 31, 'ticket.pending'), ('type', 32, 'ticket.snoozed'), ('type', 33, 'ticket.solved'),
    ('type', 34, 'ticket.reopened'), ('type', 35, 'ticket.closed'), ('type', 36, 'ticket.tagged'),
    ('type', 37, 'flag.raised'), ('type', 38, 'flag.cleared'), ('type', 39, 'survey.answered'),
    ('type', 40, 'correction.retracted'), ('type', 41, 'log.sealed'),
    ('actor', 0, 'customer'), ('actor', 1, 'agent'), ('actor', 2, 'external'), ('actor', 3, 'automation'),
    ('actor', 4, 'system'), ('actor', 5, 'platform'),
    ('kind', 1, 'image'), ('kind', 2, 'video'), ('kind', 3, 'audio'), ('kind', 4, 'file'), ('kind', 5, 'sticker'),
    ('kind', 6, 'location'), ('kind', 7, 'share'), ('kind', 8, 'story_mention'), ('kind', 9, 'story_reply'),
    ('kind', 10, 'post'), ('kind', 11, 'reel'), ('kind', 12, 'template'), ('kind', 13, 'link'),
    ('kind', 14, 'unsupported'), ('kind', 100, 'text'), ('kind', 110, 'other'), ('kind', 111, 'positive'),
    ('kind', 112, 'negative'),
    ('origin', 1, 'organic'), ('origin', 2, 'ad'), ('origin', 3, 'link'), ('origin', 4, 'qr'),
    ('origin', 5, 'comment'), ('origin', 6, 'story'), ('origin', 7, 'search'), ('origin', 8, 'unknown');

CREATE TABLE engagement_source (
    id      INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    account TEXT NOT NULL, -- our number of the account, not the platform's
    UNIQUE (channel, account)
) STRICT;

-- Customers' and agents' keys, in the order in which the log met them.
CREATE TABLE engagement_key (
    id  INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE
) STRICT;

-- Tells this log from others: the part of an event's id that is neither its time nor its number.
CREATE TABLE engagement_node (
    node TEXT NOT NULL
) STRICT;
INSERT INTO engagement_node (node) VALUES (printf('%03x-%04x', random() & 0xfff, 0x8000 | (random() & 0x3fff)));

CREATE TABLE engagement_line (
    seq         INTEGER PRIMARY KEY,
    type        INTEGER NOT NULL,
    occurred_ms INTEGER NOT NULL,
    lag_ms      INTEGER NOT NULL, -- recorded so much later
    source      INTEGER NOT NULL REFERENCES engagement_source (id),
    actor       INTEGER NOT NULL,
    customer    INTEGER REFERENCES engagement_key (id),
    agent       INTEGER REFERENCES engagement_key (id),
    ticket      INTEGER,
    kind        INTEGER,
    len_bucket  INTEGER,
    origin      INTEGER,
    reason      TEXT
) STRICT;

-- What few lines have.
CREATE TABLE engagement_detail (
    seq         INTEGER PRIMARY KEY REFERENCES engagement_line (seq),
    media_ms    INTEGER,
    media_count INTEGER,
    campaign    TEXT,
    audience    TEXT,
    lang        TEXT,
    public_ref  TEXT,
    flag        TEXT,
    target      TEXT,
    score       INTEGER,
    person      INTEGER REFERENCES engagement_key (id),
    linked      INTEGER REFERENCES engagement_key (id)
) STRICT;
CREATE INDEX engagement_started ON engagement_line (customer) WHERE type = 1;

CREATE TRIGGER engagement_no_update BEFORE UPDATE ON engagement_line
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
-- Retention (13 months at the least) deletes whole months; nothing younger can go.
CREATE TRIGGER engagement_no_delete BEFORE DELETE ON engagement_line
WHEN OLD.occurred_ms + OLD.lag_ms > (CAST(strftime('%s', 'now') AS INTEGER) - 395 * 86400) * 1000
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
CREATE TRIGGER engagement_detail_no_update BEFORE UPDATE ON engagement_detail
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
CREATE TRIGGER engagement_detail_no_delete BEFORE DELETE ON engagement_detail
WHEN EXISTS (SELECT 1 FROM engagement_line WHERE seq = OLD.seq)
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
-- Details go with their line, also where foreign keys are not enforced: its number may be given again.
CREATE TRIGGER engagement_detail_goes AFTER DELETE ON engagement_line
BEGIN
    DELETE FROM engagement_detail WHERE seq = OLD.seq;
END;
CREATE TRIGGER engagement_detail_no_late BEFORE INSERT ON engagement_detail -- they are written with their line
WHEN NEW.seq IS NOT (SELECT max(seq) FROM engagement_line)
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
CREATE TRIGGER engagement_word_no_update BEFORE UPDATE ON engagement_word
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
CREATE TRIGGER engagement_word_no_delete BEFORE DELETE ON engagement_word
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
CREATE TRIGGER engagement_source_no_update BEFORE UPDATE ON engagement_source
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
CREATE TRIGGER engagement_source_no_delete BEFORE DELETE ON engagement_source
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
CREATE TRIGGER engagement_key_no_update BEFORE UPDATE ON engagement_key
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
CREATE TRIGGER engagement_key_no_delete BEFORE DELETE ON engagement_key
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
CREATE TRIGGER engagement_node_no_update BEFORE UPDATE ON engagement_node
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
CREATE TRIGGER engagement_node_no_delete BEFORE DELETE ON engagement_node
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;
CREATE TRIGGER engagement_node_no_second BEFORE INSERT ON engagement_node
WHEN EXISTS (SELECT 1 FROM engagement_node)
BEGIN
    SELECT RAISE(ABORT, 'the engagement log is append only');
END;

CREATE VIEW engagement_event AS
SELECT l.seq,
       -- UUIDv7: when it was recorded, whose log it is, its number there.
       printf('%08x-%04x-7%s-%012x', (l.occurred_ms + l.lag_ms) >> 16, (l.occurred_ms + l.lag_ms) & 0xffff, n.node, l.seq)
           AS event_id,
       t.word AS type, l.occurred_ms, l.occurred_ms + l.lag_ms AS recorded_ms, s.channel, s.account, a.word AS actor,
       c.key AS customer, g.key AS agent, l.ticket, w.word AS kind, l.len_bucket, d.media_ms, d.media_count,
       o.word AS origin, d.campaign, d.audience, d.lang, d.public_ref, d.flag, d.target, l.reason, d.score,
       p.key AS person, k.key AS linked, 1 AS schema
  FROM engagement_line l
  JOIN engagement_node n
  JOIN engagement_word t ON t.family = 'type' AND t.number = l.type
  JOIN engagement_word a ON a.family = 'actor' AND a.number = l.actor
  JOIN engagement_source s ON s.id = l.source
  LEFT JOIN engagement_detail d ON d.seq = l.seq
  LEFT JOIN engagement_word w ON w.family = 'kind' AND w.number = l.kind
  LEFT JOIN engagement_word o ON o.family = 'origin' AND o.number = l.origin
  LEFT JOIN engagement_key c ON c.id = l.customer
  LEFT JOIN engagement_key g ON g.id = l.agent
  LEFT JOIN engagement_key p ON p.id = d.person
  LEFT JOIN engagement_key k ON k.id = d.linked;

-- Who did what. Append only; each row's hash covers the one before it.
CREATE TABLE audit (
    id     INTEGER PRIMARY KEY,
    at_ms  INTEGER NOT NULL,
    actor  TEXT NOT NULL,      -- "user:3", "token:2", "cli", "system"
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash   BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append only');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append only');
END;

-- Answers to unsafe requests, kept 24 h: the same key from the same actor gives the same answer.
CREATE TABLE idempotency (
    actor      TEXT NOT NULL,
    key        TEXT NOT NULL,
    digest     BLOB NOT NULL, -- SHA-256 of method, path and body
    status     INTEGER NOT NULL,
    object     INTEGER NOT NULL, -- what the request made
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created_ms);

CREATE TABLE draft (
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    ticket_id  INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    kind       INTEGER NOT NULL, -- enum gct_message_kind: message or note
    text       TEXT NOT NULL,
    updated_ms INTEGER NOT NULL,
    PRIMARY KEY (user_id, ticket_id, kind)
) STRICT, WITHOUT ROWID;

-- How far an agent has read a ticket.
CREATE TABLE read_cursor (
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    ticket_id  INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (user_id, ticket_id)
) STRICT, WITHOUT ROWID;

-- Search in message text, accents folded. Fed by the upkeep up to the high-water mark in setting 'fts'.
CREATE VIRTUAL TABLE message_fts USING fts5 (
    text, content = 'message', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', columnsize = 0
);
INSERT INTO message_fts (message_fts, rank) VALUES ('automerge', 0); -- the upkeep merges, a little at a time
INSERT INTO message_fts (message_fts, rank) VALUES ('crisismerge', 128); -- or 16 parts would be merged in one go
INSERT INTO setting (name, value) VALUES ('fts', '0');
