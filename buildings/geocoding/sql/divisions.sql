SELECT v.division_id AS division, v.level, v.code, v.name,
       concat(upper2.name, upper1.name, v.name) AS label,
       ST_X(place.lonlat) AS lon, ST_Y(place.lonlat) AS lat,
       ST_XMin(place.extent) AS west, ST_YMin(place.extent) AS south,
       ST_XMax(place.extent) AS east, ST_YMax(place.extent) AS north
FROM grids_divisionversion v
LEFT JOIN grids_divisionversion upper1 ON upper1.division_id = v.parent_id AND upper1.valid @> %(moment)s
LEFT JOIN grids_divisionversion upper2 ON upper2.division_id = upper1.parent_id AND upper2.valid @> %(moment)s
CROSS JOIN LATERAL (
    SELECT ST_Transform(ST_PointOnSurface(v.geom), 4326) AS lonlat,
           ST_Transform(ST_Envelope(v.geom), 4326) AS extent
) place
WHERE v.division_id = ANY (%(ids)s) AND v.valid @> %(moment)s AND v.geom IS NOT NULL
  AND (%(areas)s::bigint[] IS NULL
       OR v.division_id IN (SELECT grids_divisions_below(%(areas)s::bigint[]))
       OR v.division_id IN (SELECT grids_divisions_above(%(areas)s::bigint[])))
ORDER BY v.code
