-- Buildings of twelve metres square at random places in whole millimetres, with equal numbers of units, nine in ten inhabited.
SELECT setseed(0.42);
INSERT INTO buildings_building (location, footprint, kind, floors, valid, source, recorded_at)
SELECT ST_SetSRID(ST_MakePoint(x, y), %(srid)s),
       ST_Multi(ST_MakeEnvelope(x - 6, y - 6, x + 6, y + 6, %(srid)s)), 'residential', 6, %(valid)s::tstzrange, 'trial', now()
FROM (
    SELECT round((%(west)s + random() * (%(east)s - %(west)s))::numeric, 3)::float8 AS x,
           round((%(south)s + random() * (%(north)s - %(south)s))::numeric, 3)::float8 AS y
    FROM generate_series(1, %(buildings)s)
) place;
INSERT INTO buildings_unit (building_id, number, kind, valid)
SELECT b.id, n::text, 'residential', b.valid
FROM buildings_building b, generate_series(1, %(units_a_building)s) n;
INSERT INTO buildings_household (unit_id, residents, registered, invented, valid)
SELECT id, 1 + id %% 5, true, true, valid FROM buildings_unit WHERE id %% 10 > 0;
