-- What holds and what held, under one name for each kind of row: `shown` says when. A former life of a row that came
-- back keeps its own dates.
CREATE OR REPLACE VIEW buildings_building_asof AS
SELECT b.id, b.community_id, b.footprint, b.footprint_3857, b.location, b.location_3857, b.name, b.kind, b.status,
       b.floors, b.height_m, b.source, b.source_ref, b.recorded_at, b.valid,
       tstzrange(coalesce(b.changed_at, lower(b.valid)), upper(b.valid)) AS shown
FROM buildings_building b
UNION ALL
SELECT b.id, s.community_id, s.footprint, s.footprint_3857, s.location, s.location_3857, s.name, s.kind, s.status,
       s.floors, s.height_m, b.source, b.source_ref, b.recorded_at,
       CASE WHEN b.valid @> lower(s.valid) THEN b.valid ELSE s.valid END, s.valid
FROM buildings_buildingstate s JOIN buildings_building b ON b.id = s.building_id;

CREATE OR REPLACE VIEW buildings_entrance_asof AS
SELECT e.id, e.building_id, e.name, e.location, e.location_3857, e.source_ref, e.valid,
       tstzrange(coalesce(e.changed_at, lower(e.valid)), upper(e.valid)) AS shown
FROM buildings_entrance e
UNION ALL
SELECT e.id, s.building_id, s.name, s.location, s.location_3857, e.source_ref,
       CASE WHEN e.valid @> lower(s.valid) THEN e.valid ELSE s.valid END, s.valid
FROM buildings_entrancestate s JOIN buildings_entrance e ON e.id = s.entrance_id;

CREATE OR REPLACE VIEW buildings_unit_asof AS
SELECT u.id, u.building_id, u.entrance_id, u.number, u.floor, u.kind, u.location, u.source_ref, u.valid,
       tstzrange(coalesce(u.changed_at, lower(u.valid)), upper(u.valid)) AS shown
FROM buildings_unit u
UNION ALL
SELECT u.id, s.building_id, s.entrance_id, s.number, s.floor, s.kind, s.location, u.source_ref,
       CASE WHEN u.valid @> lower(s.valid) THEN u.valid ELSE s.valid END, s.valid
FROM buildings_unitstate s JOIN buildings_unit u ON u.id = s.unit_id;

-- Households in two times: what is believed today, and what was believed before.
CREATE OR REPLACE VIEW buildings_household_asknown AS
SELECT h.id, h.identity, h.unit_id, h.head_name, h.phone, h.residents, h.registered, h.children, h.elderly, h.floating,
       h.source, h.source_ref, h.twin, h.invented, h.valid, tstzrange(h.known_since, NULL) AS known
FROM buildings_household h
UNION ALL
SELECT h.id, s.identity, s.unit_id, s.head_name, s.phone, s.residents, s.registered, s.children, s.elderly, s.floating,
       s.source, s.source_ref, s.twin, h.invented, s.valid, s.known
FROM buildings_householdstate s JOIN buildings_household h ON h.id = s.row_id;
