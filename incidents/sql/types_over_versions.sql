-- Counts by type, restated in the types that are in use at a moment: along successions forwards by their shares; backwards,
-- from a type that has not begun then, in equal parts to those it took up.
WITH RECURSIVE moment AS (
    SELECT coalesce(%(at)s::timestamptz, statement_timestamp()) AS at
), counted AS (
    SELECT t.id, sum(c.n)::float8 AS n
    FROM unnest(%(types)s::bigint[], %(counts)s::bigint[]) AS c (id, n) JOIN incidents_incidenttype t ON t.id = c.id
    GROUP BY t.id
), step AS (
    SELECT s.former_id AS from_id, s.successor_id AS to_id, s.share, true AS forwards FROM incidents_typesuccession s
    UNION ALL
    SELECT s.successor_id, s.former_id, 1.0 / count(*) OVER (PARTITION BY s.successor_id), false
    FROM incidents_typesuccession s
), restated (id, n, at) AS (
    SELECT c.id, c.n, m.at FROM counted c CROSS JOIN moment m
    UNION ALL
    SELECT step.to_id, r.n * step.share, r.at
    FROM restated r
    JOIN incidents_incidenttype t ON t.id = r.id
    JOIN step ON step.from_id = r.id AND step.forwards = coalesce(upper(t.valid) <= r.at, false)
    WHERE NOT t.valid @> r.at
)
SELECT t.code, coalesce(t.name, '') AS name, sum(r.n) AS incidents
FROM restated r
JOIN incidents_incidenttype had ON had.id = r.id
LEFT JOIN incidents_incidenttype t ON t.id = r.id AND t.valid @> r.at
WHERE had.valid @> r.at OR NOT EXISTS (
    SELECT FROM step WHERE step.from_id = r.id AND step.forwards = coalesce(upper(had.valid) <= r.at, false)
)
GROUP BY t.code, t.name
ORDER BY t.code NULLS LAST
