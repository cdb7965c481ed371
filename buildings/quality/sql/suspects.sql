-- What looks wrong, one row for each thing and suspicion; a thing may be suspected of several.
WITH house AS MATERIALIZED (
    SELECT b.id, b.community_id, b.location, b.footprint, b.floors, b.height_m,
           ST_X(b.location) AS x, ST_Y(b.location) AS y
    FROM buildings_building b
    WHERE b.valid @> statement_timestamp()
      AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
), frame AS MATERIALIZED (
    SELECT v.division_id AS id, v.geom FROM grids_divisionversion v
    WHERE v.level = 'community' AND v.valid @> statement_timestamp() AND v.geom IS NOT NULL
), extent AS MATERIALIZED (
    SELECT ST_SetSRID(ST_Extent(geom)::geometry, %(srid)s) AS box FROM frame
), named AS MATERIALIZED (
    -- By what a house is known beside its number: the road, else the first name in its address.
    SELECT h.id, h.community_id, h.x, h.y, a.normalized,
           coalesce(nullif(a.road, ''), split_part(a.names[1], '|', 1)) AS name
    FROM house h
    JOIN (SELECT building_id, normalized, road, names FROM buildings_address
          WHERE kind = 'standard' AND upper_inf(valid) AND building_id IS NOT NULL) a ON a.building_id = h.id
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
), flat AS MATERIALIZED (
    SELECT u.id, u.building_id, u.floor, u.number, h.community_id, h.floors, h.height_m,
           -- 1204: floor 12. Letters, basements and numbers of two digits imply no floor.
           CASE WHEN u.number ~ '^[1-9][0-9]{2,3}室?$' THEN left(rtrim(u.number, '室'), -2)::int END AS implied_floor
    FROM buildings_unit u JOIN house h ON h.id = u.building_id
    WHERE u.valid @> statement_timestamp()
), suspect (community_id, suspicion, target, id, building, detail) AS (
    SELECT h.community_id, 'outside_community', 'building', h.id, h.id,
           round(ST_Distance(f.geom, h.location)::numeric, 1)::text || ' m'
    FROM house h JOIN frame f ON f.id = h.community_id WHERE NOT ST_Covers(f.geom, h.location)
    UNION ALL
    SELECT h.community_id, 'axes_swapped', 'building', h.id, h.id, ''
    FROM house h CROSS JOIN extent e
    WHERE NOT h.location && e.box AND ST_FlipCoordinates(h.location) && e.box
    UNION ALL
    SELECT h.community_id, 'off_footprint', 'building', h.id, h.id,
           round(ST_Distance(h.footprint, h.location)::numeric, 1)::text || ' m'
    FROM house h WHERE NOT ST_DWithin(h.footprint, h.location, 1.0)
    UNION ALL
    SELECT a.community_id, 'far_from_siblings', 'building', a.id, a.id,
           a.name || ': ' || round(a.metres::numeric)::text || ' m'
    FROM away a JOIN usual u ON (u.community_id, u.name) = (a.community_id, a.name)
    WHERE a.metres > greatest(%(far_m)s, %(far_times)s * u.metres)
    UNION ALL
    SELECT h.community_id, 'same_place', 'building', h.id, h.id, count(*) OVER (PARTITION BY h.location)::text
    FROM house h WHERE (h.location) IN (SELECT location FROM house GROUP BY location HAVING count(*) > 1)
    UNION ALL
    SELECT n.community_id, 'same_address', 'building', n.id, n.id, n.normalized
    FROM named n
    WHERE n.normalized IN (SELECT normalized FROM named GROUP BY normalized HAVING count(*) > 1)
    UNION ALL
    SELECT h.community_id, 'height_and_floors', 'building', h.id, h.id,
           h.floors::text || ' floors, ' || h.height_m::text || ' m'
    FROM house h WHERE h.floors > 0 AND NOT h.height_m / h.floors BETWEEN %(storey_least_m)s AND %(storey_most_m)s
    UNION ALL
    SELECT community_id, 'floor_above_building', 'unit', id, building_id,
           'floor ' || floor::text || ' of ' || floors::text
    FROM flat WHERE floor > floors
    UNION ALL
    SELECT community_id, 'floor_above_height', 'unit', id, building_id,
           'floor ' || floor::text || ', ' || height_m::text || ' m'
    FROM flat WHERE floor > 1 AND (floor - 1) * %(storey_least_m)s > height_m
    UNION ALL
    SELECT community_id, 'floor_and_number', 'unit', id, building_id, 'floor ' || floor::text || ', number ' || number
    FROM flat WHERE floor > 0 AND implied_floor <> floor
)
SELECT community_id, suspicion, target, count(*) AS n,
       (array_agg(id ORDER BY id))[1:%(examples)s] AS examples, (array_agg(detail ORDER BY id))[1:%(examples)s] AS details
FROM suspect
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
