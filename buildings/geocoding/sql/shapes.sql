-- The footprints of buildings (as they are, or were last) and the outlines of divisions, in degrees.
SELECT asked.target, asked.id, ST_AsBinary(ST_Transform(COALESCE(b.footprint, v.geom), 4326)) AS shape
FROM unnest(%(targets)s::text[], %(ids)s::bigint[]) AS asked (target, id)
LEFT JOIN buildings_building b ON asked.target = 'building' AND b.id = asked.id
LEFT JOIN LATERAL (
    SELECT d.geom FROM grids_divisionversion d
    WHERE asked.target = 'division' AND d.division_id = asked.id AND d.geom IS NOT NULL
    ORDER BY d.valid DESC LIMIT 1
) v ON true
WHERE COALESCE(b.footprint, v.geom) IS NOT NULL
