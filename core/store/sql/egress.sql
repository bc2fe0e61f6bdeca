-- What the sender asks (core/egress).

-- Whose profile is to be asked for; no row when it was asked for already.

-- name: profile_customer
SELECT i.remote_id FROM conversation v JOIN identity i ON i.id = v.id JOIN contact c ON c.id = v.contact_id
WHERE v.account_id = $1 AND v.contact_id = $2 AND c.profile_ms IS NULL AND c.name IS NULL
ORDER BY i.id LIMIT 1;

-- Contacts whose profile was never asked for, among the newest $1 who have written to us, newest first.

-- name: profile_missing
SELECT v.account_id, c.id
FROM contact c JOIN conversation v ON v.contact_id = c.id
WHERE c.id > (SELECT coalesce(max(id), 0) - $1 FROM contact) AND c.profile_ms IS NULL AND c.name IS NULL
  AND v.last_in_ms > 0
ORDER BY c.id DESC;

-- Why an account's platform cannot be reached, beside its state; NULL: it can.

-- name: account_trouble
UPDATE account SET error_code = NULL, error_text = $2 WHERE id = $1 AND state = 0 AND error_text IS NOT $2;

-- Whether the platform refuses the account as a whole.

-- name: account_halted
SELECT state IN (2, 3) FROM account WHERE id = $1;
