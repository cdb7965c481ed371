-- The further addresses of buildings: by the road, by a short name, by a former one.
SELECT a.text, a.building_id AS building
FROM buildings_address a
JOIN buildings_building b ON b.id = a.building_id AND upper_inf(b.valid)
WHERE a.kind <> 'standard' AND upper_inf(a.valid)
