-- A building is far from the others of its road or estate in its community: beyond both the metres and the multiple of
-- the distance from their middle within which three quarters of them lie. Its name and how far.
WITH named AS MATERIALIZED (
    -- By what a house is known beside its number: the road, else the first name in its address.
    SELECT b.id, b.community_id, ST_X(b.location) AS x, ST_Y(b.location) AS y,
           coalesce(nullif(a.road, ''), split_part(a.names[1], '|', 1)) AS name
    FROM buildings_building b
    JOIN buildings_address a ON a.building_id = b.id AND a.kind = 'standard' AND a.valid @> %(moment)s
    WHERE b.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
), middle AS (
    SELECT community_id, name, percentile_cont(0.5) WITHIN GROUP (ORDER BY x) AS x,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY y) AS y
    FROM named WHERE name <> '' GROUP BY community_id, name HAVING count(*) >= %(siblings)s
), away AS (
    SELECT n.id, n.community_id, n.name, sqrt((n.x - m.x) ^ 2 + (n.y - m.y) ^ 2) AS metres
    FROM named n JOIN middle m ON (m.community_id, m.name) = (n.community_id, n.name)
), usual AS (
    SELECT community_id, name, percentile_cont(0.75) WITHIN GROUP (ORDER BY metres) AS metres
    FROM away GROUP BY 1, 2
)
SELECT a.community_id, a.id, a.id AS building_id, a.name || ': ' || round(a.metres::numeric)::text || ' m' AS detail
FROM away a JOIN usual u ON (u.community_id, u.name) = (a.community_id, a.name)
WHERE a.metres > greatest(%(far_m)s, %(far_times)s * u.metres)
