-- Incidents that may be the same as one. What speaks for it falls off linearly with distance and time; texts count by
-- their trigrams, and half where one of the two says nothing; another type is a reason against.
WITH mine AS (
    SELECT i.*, concat_ws(' ', nullif(i.title, ''), nullif(i.text, '')) AS words, t.parent_id
    FROM incidents_incident i JOIN incidents_incidenttype t ON t.id = i.type_id
    WHERE i.id = %(id)s AND i.occurred_at = %(occurred_at)s
), candidate AS (
    SELECT i.id, t.code AS type, i.status, i.occurred_at, i.title, i.address, m.words AS mine,
           concat_ws(' ', nullif(i.title, ''), nullif(i.text, '')) AS theirs,
           ST_Distance(i.location, m.location) AS distance_m,
           greatest(%(metres)s, coalesce(i.accuracy_m, 0) + coalesce(m.accuracy_m, 0)) AS reach_m,
           abs(extract(epoch FROM i.occurred_at - m.occurred_at)) / 3600 AS hours_apart,
           i.type_id = m.type_id AS same_type, t.parent_id IS NOT DISTINCT FROM m.parent_id AS same_kind,
           i.address <> '' AND i.address = m.address AS same_address
    FROM mine m
    JOIN incidents_incident i
        ON i.occurred_at BETWEEN m.occurred_at - make_interval(hours => %(hours)s)
                             AND m.occurred_at + make_interval(hours => %(hours)s) AND i.id <> m.id
    JOIN incidents_incidenttype t ON t.id = i.type_id
    WHERE NOT EXISTS (
        SELECT FROM incidents_incidentstep s WHERE s.incident_id = i.id AND s.after = 'duplicate'
          AND s.number = (SELECT max(number) FROM incidents_incidentstep WHERE incident_id = i.id)
    )
), weighed AS (
    SELECT c.*, CASE WHEN mine = '' OR theirs = '' THEN 0.5 ELSE similarity(mine, theirs) END AS similarity
    FROM candidate c
    WHERE distance_m <= reach_m OR (distance_m IS NULL AND same_address)
)
SELECT id, type, status, occurred_at, title, address, distance_m, hours_apart::float8, similarity::float8, same_type,
       score::float8
FROM weighed, LATERAL (
    SELECT round(((1 - 0.5 * coalesce(distance_m, 0) / reach_m) * (1 - 0.5 * hours_apart / %(hours)s)
        * (0.6 + 0.4 * similarity) * CASE WHEN same_type THEN 1 WHEN same_kind THEN 0.8 ELSE 0.6 END)::numeric, 3) AS score
) weight
WHERE score >= %(least)s
ORDER BY score DESC, id
LIMIT 100
