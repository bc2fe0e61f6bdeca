-- The engagement log (core/engagement).

-- name: engagement_insert
INSERT INTO engagement_event (
    event_id, type, occurred_ms, recorded_ms, channel, account, actor, customer, agent, ticket, kind, len_bucket,
    media_ms, media_count, origin, campaign, audience, lang, public_ref, flag, target, reason, score, person, linked)
VALUES ($1, $2, $3, $4, $5, CAST($6 AS TEXT), $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
        $22, $23, $24, $25);
