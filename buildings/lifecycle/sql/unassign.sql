-- What holds ends, at the event's moment or, when it began later, now; what is only planned is called off.
UPDATE buildings_buildingassignment
SET valid = CASE WHEN lower(valid) > %(now)s THEN 'empty'::tstzrange
                 WHEN lower(valid) < %(moment)s THEN tstzrange(lower(valid), %(moment)s)
                 ELSE tstzrange(lower(valid), %(now)s) END
WHERE building_id = ANY (%(buildings)s) AND NOT isempty(valid) AND (upper_inf(valid) OR upper(valid) > %(now)s)
