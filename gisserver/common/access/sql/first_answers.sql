SELECT k.user_id, k.key, k.body_digest, k.answer
FROM unnest((SELECT %(users)s::bigint[]), (SELECT %(keys)s::text[])) AS c(user_id, key)
JOIN access_idempotencykey k ON k.user_id = c.user_id AND k.door = %(door)s AND k.key = c.key
