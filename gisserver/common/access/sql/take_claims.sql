-- In the order of the keys, so that two batches never wait for each other; who comes second waits for the first here.
INSERT INTO access_idempotencykey (user_id, door, key, body_digest)
SELECT c.user_id, %(door)s, c.key, c.digest
FROM unnest((SELECT %(users)s::bigint[]), (SELECT %(keys)s::text[]), (SELECT %(digests)s::text[])) AS c(user_id, key, digest)
ORDER BY c.user_id, c.key
ON CONFLICT (user_id, door, key) DO NOTHING
RETURNING user_id, key
