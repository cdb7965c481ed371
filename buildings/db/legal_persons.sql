-- Where a legal person is follows from what it is in: a unit's is in the unit's building, and a building's stands where
-- the building does, whoever writes. Only one in no building has a place of its own.
-- BEFORE INSERT OR UPDATE; named so that it runs before what keeps former states.
CREATE OR REPLACE FUNCTION buildings_derive_legal_person() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.unit_id IS NOT NULL THEN
        NEW.building_id := (SELECT building_id FROM buildings_unit WHERE id = NEW.unit_id);
    END IF;
    IF NEW.registered_unit_id IS NOT NULL THEN
        NEW.registered_building_id := (SELECT building_id FROM buildings_unit WHERE id = NEW.registered_unit_id);
    END IF;
    IF NEW.building_id IS NOT NULL THEN
        NEW.location := (SELECT location FROM buildings_building WHERE id = NEW.building_id);
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER buildings_legalperson_derive BEFORE INSERT OR UPDATE ON buildings_legalperson
    FOR EACH ROW EXECUTE FUNCTION buildings_derive_legal_person();

-- AFTER UPDATE of a building's place or a unit's building: those in it follow, and their former states are kept.
CREATE OR REPLACE FUNCTION buildings_take_legal_persons() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'buildings_building' THEN
        UPDATE buildings_legalperson SET location = location WHERE building_id = NEW.id AND upper_inf(valid);
    ELSE
        UPDATE buildings_legalperson SET unit_id = unit_id
        WHERE (unit_id = NEW.id OR registered_unit_id = NEW.id) AND upper_inf(valid);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER buildings_building_take_legal_persons AFTER UPDATE OF location ON buildings_building
    FOR EACH ROW WHEN (OLD.location::bytea IS DISTINCT FROM NEW.location::bytea)
    EXECUTE FUNCTION buildings_take_legal_persons();
CREATE OR REPLACE TRIGGER buildings_unit_take_legal_persons AFTER UPDATE OF building_id ON buildings_unit
    FOR EACH ROW WHEN (OLD.building_id IS DISTINCT FROM NEW.building_id)
    EXECUTE FUNCTION buildings_take_legal_persons();

-- What holds and what held, as in as_of.sql.
CREATE OR REPLACE VIEW buildings_legalperson_asof AS
SELECT p.id, p.name, p.sounds, p.kind, p.status, p.registered_address, p.actual_address, p.registered_building_id,
       p.registered_unit_id, p.building_id, p.unit_id, p.location, p.location_3857, p.credit_code, p.source, p.valid,
       tstzrange(coalesce(p.changed_at, lower(p.valid)), upper(p.valid)) AS shown
FROM buildings_legalperson p
UNION ALL
SELECT p.id, s.name, s.sounds, s.kind, s.status, s.registered_address, s.actual_address, s.registered_building_id,
       s.registered_unit_id, s.building_id, s.unit_id, s.location, s.location_3857, p.credit_code, p.source,
       CASE WHEN p.valid @> lower(s.valid) THEN p.valid ELSE s.valid END, s.valid
FROM buildings_legalpersonstate s JOIN buildings_legalperson p ON p.id = s.legalperson_id;
