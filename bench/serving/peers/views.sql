-- What the peers publish: the rows and attributes of our tiles, on the same stored and indexed columns.
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE VIEW bench.grids AS
    SELECT id, geom_3857 AS geom, code, name, kind, (double_area_mm2 / 2e6)::float8 AS area_m2,
           (SELECT code FROM public.grids_divisionversion AS community
            WHERE community.division_id = community_id AND community.valid @> now() LIMIT 1) AS community
    FROM public.grids_gridversion WHERE valid @> now();
CREATE VIEW bench.buildings AS
    SELECT id, footprint_3857 AS geom, name, kind, status, floors, height_m FROM public.buildings_building
    WHERE valid @> now();
CREATE VIEW bench.incidents AS
    SELECT incident.id, location_3857 AS geom, occurred_at, type.code AS type, status, title
    FROM public.incidents_incident incident JOIN public.incidents_incidenttype type ON type.id = incident.type_id;
-- The least that a report is: one row, one commit.
CREATE TABLE bench.report (id bigserial PRIMARY KEY, occurred_at timestamptz, title text, place geometry);
CREATE TABLE bench.home AS
    SELECT row_number() OVER (ORDER BY md5(id::text)) AS n, location, location_3857 FROM public.buildings_building;
ALTER TABLE bench.home ADD PRIMARY KEY (n);
ANALYZE bench.home;
