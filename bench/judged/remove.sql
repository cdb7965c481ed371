-- The buildings and units end now; whoever asks later finds them no more.
UPDATE buildings_unit SET valid = tstzrange(lower(valid), %(moment)s)
WHERE upper_inf(valid) AND (id = ANY (%(units)s) OR building_id = ANY (%(buildings)s));
UPDATE buildings_entrance SET valid = tstzrange(lower(valid), %(moment)s)
WHERE upper_inf(valid) AND building_id = ANY (%(buildings)s);
UPDATE buildings_building SET valid = tstzrange(lower(valid), %(moment)s)
WHERE upper_inf(valid) AND id = ANY (%(buildings)s);
UPDATE buildings_address SET valid = tstzrange(lower(valid), %(moment)s)
WHERE upper_inf(valid)
  AND (unit_id IN (SELECT id FROM buildings_unit WHERE id = ANY (%(units)s) OR building_id = ANY (%(buildings)s))
       OR entrance_id IN (SELECT id FROM buildings_entrance WHERE building_id = ANY (%(buildings)s))
       OR building_id = ANY (%(buildings)s));
-- A name that no address holds any more is forgotten too, as if it had never been registered.
DELETE FROM buildings_knownname
WHERE name NOT IN (SELECT split_part(known, '|', 1) FROM buildings_address a, unnest(a.names) AS known
                   WHERE upper_inf(a.valid));
