-- Buildings and what is in them as they were at a moment, in place of the tables of the same names, for questions about
-- the past. The community is the one around the place then (docs/adr/0015); `valid` is since when and until when each
-- said so. The table of households holds past periods itself.
WITH buildings_building AS NOT MATERIALIZED (
    SELECT v.id, v.footprint, v.footprint_3857, v.location, v.name, v.kind, v.status, v.floors, v.height_m,
           v.shown AS valid,
           coalesce((SELECT g.community_id
                     FROM buildings_buildingassignment h JOIN grids_grid g ON g.id = h.grid_id
                     WHERE h.building_id = v.id AND h.valid @> %(moment)s), v.community_id) AS community_id
    FROM buildings_building_asof v
    WHERE v.shown @> %(moment)s
), buildings_entrance AS NOT MATERIALIZED (
    SELECT v.id, v.building_id, v.name, v.location, v.shown AS valid FROM buildings_entrance_asof v
    WHERE v.shown @> %(moment)s
), buildings_unit AS NOT MATERIALIZED (
    SELECT v.id, v.building_id, v.entrance_id, v.number, v.floor, v.location, v.shown AS valid FROM buildings_unit_asof v
    WHERE v.shown @> %(moment)s
)
