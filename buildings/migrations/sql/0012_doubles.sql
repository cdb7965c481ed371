-- Before a source's reference is one building's: of several that stand now, the first keeps it, and the others are marked
-- with it and their own id. `manage.py check_doubles` finds them by the mark.
UPDATE buildings_building b SET source_ref = left(b.source_ref, 100 - length('#double-' || b.id)) || '#double-' || b.id
FROM (
    SELECT id, row_number() OVER (PARTITION BY source, source_ref ORDER BY id) AS n
    FROM buildings_building WHERE upper_inf(valid) AND source_ref <> ''
) numbered
WHERE numbered.id = b.id AND numbered.n > 1;
-- What the demo wrote into every reference was its source.
ALTER TABLE buildings_household DISABLE TRIGGER USER;
UPDATE buildings_household SET source = 'demo', source_ref = '' WHERE invented AND source_ref = 'demo';
-- Households of one unit that say the same at the same time are told apart by their number.
UPDATE buildings_household h SET twin = numbered.n
FROM (
    SELECT id, row_number() OVER (PARTITION BY unit_id, head_name, phone ORDER BY id) AS n
    FROM buildings_household WHERE source_ref = ''
) numbered
WHERE numbered.id = h.id AND numbered.n > 1 AND EXISTS (
    SELECT FROM buildings_household o
    WHERE o.unit_id = h.unit_id AND o.id <> h.id AND o.source_ref = ''
      AND (o.head_name, o.phone) = (h.head_name, h.phone) AND o.valid && h.valid);
ALTER TABLE buildings_household ENABLE TRIGGER USER;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
