UPDATE access_idempotencykey k SET answer = c.answer::jsonb
FROM unnest((SELECT %(users)s::bigint[]), (SELECT %(keys)s::text[]), (SELECT %(answers)s::text[])) AS c(user_id, key, answer)
WHERE k.user_id = c.user_id AND k.door = %(door)s AND k.key = c.key
