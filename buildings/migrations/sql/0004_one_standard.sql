-- Before one standard address per target is a law: of several that hold now the first stays, the others go on as
-- alternates from now.
WITH surplus AS (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY building_id, entrance_id, unit_id ORDER BY id) AS n
        FROM buildings_address WHERE kind = 'standard' AND upper_inf(valid) AND division_id IS NULL
    ) numbered WHERE n > 1
), ended AS (
    UPDATE buildings_address a SET valid = tstzrange(lower(a.valid), now())
    FROM surplus WHERE a.id = surplus.id AND lower(a.valid) < now()
    RETURNING a.*
)
INSERT INTO buildings_address (division_id, building_id, entrance_id, unit_id, text, normalized, kind, road, number,
                               source, valid)
SELECT division_id, building_id, entrance_id, unit_id, text, normalized, 'alternate', road, number, source,
       tstzrange(now(), NULL)
FROM ended;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
