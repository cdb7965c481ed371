-- What is in a house is addressed by the house: at the commit after a building, or an entrance, got another standard
-- address, no address that began with the one before may be left behind inside. 人民路1号12 does not follow from 人民路1号1.
CREATE OR REPLACE FUNCTION buildings_refuse_left_behind() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    former text;
    behind bigint;
BEGIN
    SELECT o.normalized INTO former FROM buildings_address o
    WHERE (o.building_id = NEW.building_id OR o.entrance_id = NEW.entrance_id)
      AND o.kind = 'standard' AND o.id <> NEW.id AND NOT isempty(o.valid) AND upper(o.valid) <= lower(NEW.valid)
    ORDER BY upper(o.valid) DESC, o.id DESC LIMIT 1;
    IF former IS NULL OR former = '' OR former = NEW.normalized
       OR NOT EXISTS (SELECT FROM buildings_address h WHERE h.id = NEW.id AND upper_inf(h.valid)) THEN
        RETURN NULL;
    END IF;
    SELECT a.id INTO behind
    FROM (
        SELECT h.* FROM buildings_unit u JOIN buildings_address h ON h.unit_id = u.id
        WHERE (u.building_id = NEW.building_id OR u.entrance_id = NEW.entrance_id) AND upper_inf(u.valid)
        UNION ALL
        SELECT h.* FROM buildings_entrance e JOIN buildings_address h ON h.entrance_id = e.id
        WHERE e.building_id = NEW.building_id AND upper_inf(e.valid)
    ) a
    WHERE a.kind = 'standard' AND upper_inf(a.valid) AND lower(a.valid) < lower(NEW.valid)
      AND starts_with(a.normalized, former) AND length(a.normalized) > length(former)
      AND NOT starts_with(a.normalized, NEW.normalized)
      AND NOT (right(former, 1) ~ '[0-9]' AND substr(a.normalized, length(former) + 1, 1) ~ '[0-9]')
    LIMIT 1;
    IF behind IS NOT NULL THEN
        RAISE EXCEPTION 'address % follows from the one before address %, and was left behind', behind, NEW.id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'buildings_address_follows';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS buildings_address_follows ON buildings_address;
CREATE CONSTRAINT TRIGGER buildings_address_follows AFTER INSERT ON buildings_address DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind = 'standard' AND NEW.unit_id IS NULL AND NEW.division_id IS NULL)
    EXECUTE FUNCTION buildings_refuse_left_behind();
