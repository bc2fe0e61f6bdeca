-- Users, sessions, tokens, audit (core/auth).

-- name: people_teams
SELECT id, name FROM team;

-- name: people_users
SELECT id, login, name, role, password, disabled, agent_key, scope, created_ms FROM user;

-- name: people_tokens
SELECT digest, id, name, role, scope, used_ms FROM token WHERE revoked_ms IS NULL;

-- name: people_sessions
SELECT digest, user_id, csrf, created_ms, seen_ms FROM session;

-- name: session_insert
INSERT INTO session (digest, user_id, csrf, created_ms, seen_ms, peer) VALUES ($1, $2, $3, $4, $4, $5);

-- name: session_delete
DELETE FROM session WHERE digest = $1;

-- name: session_seen
UPDATE session SET seen_ms = max(seen_ms, $2) WHERE digest = $1;

-- name: session_delete_of_user
DELETE FROM session WHERE user_id = $1;

-- name: session_prune
DELETE FROM session WHERE seen_ms < $1 OR created_ms < $2;

-- name: user_insert
INSERT INTO user (login, name, role, password, agent_key, scope, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: user_by_login
SELECT id, role, disabled FROM user WHERE login = $1;

-- name: user_set_password
UPDATE user SET password = $2 WHERE id = $1;

-- name: user_confirm_password
UPDATE user SET password = $3 WHERE id = $1 AND password = $2 AND disabled = 0;

-- name: user_set_disabled
UPDATE user SET disabled = $2 WHERE id = $1;

-- name: user_set_scope
UPDATE user SET scope = $2 WHERE id = $1;

-- name: scope_account
SELECT count(*) FROM account WHERE id = $1;

-- name: scope_team
SELECT count(*) FROM team WHERE id = $1;

-- name: user_count_enabled
SELECT count(*) FROM user WHERE role = $1 AND disabled = 0;

-- name: user_list
SELECT id, login, name, role, disabled, scope, created_ms FROM user ORDER BY name COLLATE NOCASE, id;

-- name: token_insert
INSERT INTO token (digest, name, role, scope, created_ms) VALUES ($1, $2, $3, $4, $5);

-- name: token_list
SELECT id, name, role, scope, created_ms, used_ms, revoked_ms FROM token ORDER BY id;

-- name: token_used
UPDATE token SET used_ms = max(coalesce(used_ms, 0), $2) WHERE digest = $1;

-- name: token_set_scope
UPDATE token SET scope = $2 WHERE id = $1 AND revoked_ms IS NULL;

-- name: token_revoke
UPDATE token SET revoked_ms = $2 WHERE id = $1 AND revoked_ms IS NULL;

-- name: audit_last
SELECT hash FROM audit ORDER BY id DESC LIMIT 1;

-- name: audit_insert
INSERT INTO audit (at_ms, actor, action, object, detail, hash) VALUES ($1, $2, $3, $4, $5, $6);

-- name: audit_all
SELECT id, at_ms, actor, action, object, detail, hash FROM audit ORDER BY id;
