-- The point of a building lies outside the community that it is said to be in: how far.
WITH house AS MATERIALIZED (
    SELECT b.id, b.community_id, b.location
    FROM buildings_building b
    WHERE b.valid @> %(moment)s AND (%(communities)s::bigint[] IS NULL OR b.community_id = ANY (%(communities)s))
), frame AS MATERIALIZED (
    SELECT v.division_id AS id, v.geom FROM grids_divisionversion v
    WHERE v.level = 'community' AND v.valid @> %(moment)s AND v.geom IS NOT NULL
)
SELECT h.community_id, h.id, h.id AS building_id,
       round(ST_Distance(f.geom, h.location)::numeric, 1)::text || ' m' AS detail
FROM house h JOIN frame f ON f.id = h.community_id
WHERE NOT ST_Covers(f.geom, h.location)
