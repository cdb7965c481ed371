-- Which grid each building stands in now (law 3); only what differs from the current assignment.
CREATE TEMP TABLE reassigned ON COMMIT DROP AS
SELECT b.id AS building_id, g.grid_id, g.version_id, coalesce(g.rule, 'none') AS rule, g.margin_m,
       a.id AS former_id,
       CASE WHEN a.id IS NULL THEN greatest(lower(b.valid), lower(v.valid)) ELSE %(moment)s END AS begins
FROM buildings_building b
LEFT JOIN LATERAL grids_grid_of(b.location, %(moment)s, %(tolerance_m)s) g ON true
LEFT JOIN grids_gridversion v ON v.id = g.version_id
LEFT JOIN buildings_buildingassignment a ON a.building_id = b.id AND upper_inf(a.valid)
WHERE b.valid @> %(moment)s::timestamptz
  AND (%(ids)s::bigint[] IS NULL OR b.id = ANY (%(ids)s))
  AND (%(ground)s::bytea IS NULL OR ST_Intersects(b.location, ST_GeomFromWKB(%(ground)s, %(srid)s)))
  AND (a.id IS NULL OR a.grid_id IS DISTINCT FROM g.grid_id OR a.grid_version_id IS DISTINCT FROM g.version_id);
UPDATE buildings_buildingassignment a SET valid = tstzrange(lower(a.valid), r.begins)
FROM reassigned r WHERE a.id = r.former_id;
INSERT INTO buildings_buildingassignment (building_id, grid_id, grid_version_id, rule, margin_m, valid)
SELECT building_id, grid_id, version_id, rule, margin_m, tstzrange(begins, NULL) FROM reassigned;
UPDATE buildings_building b SET community_id = v.community_id
FROM reassigned r JOIN grids_gridversion v ON v.id = r.version_id
WHERE b.id = r.building_id AND b.community_id IS NULL;
DROP TABLE reassigned;
