-- Open incidents that may be duplicates of open ones received before them, the likeliest first; weighed as in
-- near_duplicates.sql. The index of the open places finds them, so that neither months nor what is over is read.
SELECT mine.id AS mine_id, mine_type.code AS mine_type, mine.status AS mine_status, mine.occurred_at AS mine_occurred_at,
       mine.title AS mine_title, mine.address AS mine_address, near.*
FROM incidents_incident mine
JOIN incidents_incidenttype mine_type ON mine_type.id = mine.type_id
CROSS JOIN LATERAL (
    SELECT w.id, w.type, w.status, w.occurred_at, w.title, w.address, w.distance_m, w.hours_apart::float8,
           w.similarity::float8, w.same_type,
           round(((1 - 0.5 * w.distance_m / %(metres)s) * (1 - 0.5 * w.hours_apart / %(hours)s)
               * (0.6 + 0.4 * w.similarity) * CASE WHEN w.same_type THEN 1 WHEN w.same_kind THEN 0.8 ELSE 0.6 END
           )::numeric, 3)::float8 AS score
    FROM (
        SELECT i.id, t.code AS type, i.status, i.occurred_at, i.title, i.address, i.type_id = mine.type_id AS same_type,
               t.parent_id IS NOT DISTINCT FROM mine_type.parent_id AS same_kind,
               ST_Distance(i.location, mine.location) AS distance_m,
               abs(extract(epoch FROM i.occurred_at - mine.occurred_at)) / 3600 AS hours_apart,
               CASE WHEN i.title || i.text = '' OR mine.title || mine.text = '' THEN 0.5
                    ELSE similarity(concat_ws(' ', i.title, i.text), concat_ws(' ', mine.title, mine.text)) END AS similarity
        FROM incidents_incident i JOIN incidents_incidenttype t ON t.id = i.type_id
        WHERE ST_DWithin(i.location, mine.location, %(metres)s) AND i.status IN ('new', 'assigned', 'in_progress')
          AND i.id < mine.id
          AND i.occurred_at BETWEEN mine.occurred_at - make_interval(hours => %(hours)s)
                                AND mine.occurred_at + make_interval(hours => %(hours)s)
          AND NOT EXISTS (
              SELECT FROM incidents_distinctpair d
              WHERE d.first_id = i.id AND d.second_id = mine.id AND d.withdrawn_at IS NULL
          )
    ) w
    ORDER BY score DESC, w.id
    LIMIT %(most)s
) near
WHERE mine.id = ANY (%(ids)s::bigint[]) AND near.score >= %(least)s
ORDER BY mine.id DESC, near.score DESC, near.id
