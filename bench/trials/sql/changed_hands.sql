-- Everything that follows the partition and had another grid a microsecond before the moment than it has at it.
SELECT thing.kind, thing.id, v.code
FROM (
    SELECT 'buildings' AS kind, id, location FROM buildings_building WHERE valid @> %(moment)s::timestamptz
    UNION ALL
    SELECT 'incidents', id, location FROM incidents_incident WHERE status IN ('new', 'assigned', 'in_progress')
) thing
LEFT JOIN LATERAL grids_grid_of(thing.location, %(moment)s::timestamptz - interval '1 microsecond', %(tolerance_m)s) old ON true
LEFT JOIN LATERAL grids_grid_of(thing.location, %(moment)s::timestamptz, %(tolerance_m)s) new ON true
LEFT JOIN grids_gridversion v ON v.id = new.version_id
WHERE old.grid_id IS DISTINCT FROM new.grid_id
