-- One grid with a spot in it that no building and no incident covers; and building 1 of an estate, with code and address.
WITH spot AS (
    SELECT version.code, version.name, ST_PointOnSurface(ST_Difference(
               ST_Buffer(version.geom, -5),
               (SELECT coalesce(ST_Union(ST_Buffer(covering, 15)), ST_GeomFromText('POLYGON EMPTY', %(survey)s))
                FROM (SELECT coalesce(footprint, location) AS covering FROM buildings_building
                      UNION ALL SELECT location FROM incidents_incident WHERE location IS NOT NULL) AS things
                WHERE ST_DWithin(covering, version.geom, 15)))) AS place
    FROM grids_gridversion AS version
    WHERE version.valid @> now() AND version.kind = 'base'
    ORDER BY version.code LIMIT 1
), building AS (
    SELECT building.name, code.code, grid.code AS grid, address.text, building.location AS place
    FROM buildings_building AS building
    JOIN buildings_buildingcode AS code ON code.building_id = building.id AND code.valid @> now()
    JOIN buildings_address AS address ON address.building_id = building.id AND address.kind = 'standard' AND address.valid @> now()
    JOIN buildings_buildingassignment AS assigned ON assigned.building_id = building.id AND assigned.valid @> now()
    JOIN grids_gridversion AS grid ON grid.grid_id = assigned.grid_id AND grid.valid @> now()
    WHERE building.footprint IS NOT NULL AND building.name ~ '^\D+1栋$'
    ORDER BY code.code LIMIT 1
)
SELECT spot.code, spot.name, ST_X(ST_Transform(spot.place, 4326)), ST_Y(ST_Transform(spot.place, 4326)),
       regexp_replace(building.name, '1栋$', ''), building.code, building.grid, building.text,
       ST_X(ST_Transform(building.place, 4326)), ST_Y(ST_Transform(building.place, 4326))
FROM spot, building
