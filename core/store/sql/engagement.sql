-- The engagement log (core/engagement).

-- name: engagement_insert
INSERT INTO engagement_line (
    type, occurred_ms, lag_ms, source, actor, customer, agent, ticket, kind, len_bucket, origin, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: engagement_detail_insert
INSERT INTO engagement_detail (
    seq, media_ms, media_count, campaign, audience, lang, public_ref, flag, target, score, person, linked)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: engagement_source_find
SELECT id FROM engagement_source WHERE channel = $1 AND account = CAST($2 AS TEXT);

-- name: engagement_source_add
INSERT INTO engagement_source (channel, account) VALUES ($1, CAST($2 AS TEXT));

-- name: engagement_key_find
SELECT id FROM engagement_key WHERE key = $1;

-- name: engagement_key_add
INSERT INTO engagement_key (key) VALUES ($1);
