-- A unit is on another floor than its number says. 1204: floor 12. Letters, basements and numbers of two digits imply
-- no floor.
WITH flat AS (
    SELECT b.community_id, u.id, u.building_id, u.floor, u.number,
           CASE WHEN u.number ~ '^[1-9][0-9]{2,3}室?$' THEN left(rtrim(u.number, '室'), -2)::int END AS implied
    FROM buildings_unit u JOIN buildings_building b ON b.id = u.building_id AND b.valid @> %(moment)s
    WHERE u.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
)
SELECT f.community_id, f.id, f.building_id, 'floor ' || f.floor::text || ', number ' || f.number AS detail
FROM flat f
WHERE f.floor > 0 AND f.implied <> f.floor
