-- Every row becomes a household of its own identity; what it said in former states becomes rows of that identity.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE buildings_household DISABLE TRIGGER USER;
UPDATE buildings_household SET identity = id,
    valid = CASE WHEN changed_at > lower(valid) THEN tstzrange(least(changed_at, upper(valid)), upper(valid)) ELSE valid END;
INSERT INTO buildings_household (identity, unit_id, head_name, phone, residents, registered, valid, invented, source,
                                 source_ref, twin)
SELECT h.id, s.unit_id, s.head_name, s.phone, s.residents, s.registered, s.valid, h.invented, h.source, h.source_ref, h.twin
FROM buildings_householdstate s JOIN buildings_household h ON h.id = s.household_id;
ALTER TABLE buildings_household ENABLE TRIGGER USER;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
