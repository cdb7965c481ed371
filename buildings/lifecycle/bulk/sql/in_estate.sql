-- The buildings that stand now and have an address with all of these keys (a name with the numbers behind it) and all of
-- these names. By a part of the text their index finds the few addresses that may be meant.
SELECT DISTINCT a.building_id AS id
FROM buildings_address a
JOIN buildings_building b ON b.id = a.building_id AND upper_inf(b.valid)
WHERE a.unit_id IS NULL AND a.kind <> 'former' AND upper_inf(a.valid)
  AND a.normalized LIKE ALL (%(likes)s)
  AND a.keys @> %(keys)s::text[] COLLATE "C"
  AND ARRAY(SELECT split_part(n, '|', 1) FROM unnest(a.names) n) @> %(names)s::text[] COLLATE "C"
