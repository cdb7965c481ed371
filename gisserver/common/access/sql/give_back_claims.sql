DELETE FROM access_idempotencykey k
USING unnest((SELECT %(users)s::bigint[]), (SELECT %(keys)s::text[])) AS c(user_id, key)
WHERE k.user_id = c.user_id AND k.door = %(door)s AND k.key = c.key
