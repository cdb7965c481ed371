CREATE TRIGGER buildings_household_keeps_history AFTER UPDATE ON buildings_household
    FOR EACH ROW EXECUTE FUNCTION gis_keep_history();
CREATE TRIGGER buildings_household_isolation BEFORE UPDATE OF valid ON buildings_household
    FOR EACH STATEMENT EXECUTE FUNCTION grids_demand_read_committed();
CREATE OR REPLACE VIEW buildings_household_asof AS
SELECT h.id, h.unit_id, h.head_name, h.phone, h.residents, h.registered, h.invented, h.source_ref, h.valid,
       tstzrange(coalesce(h.changed_at, lower(h.valid)), upper(h.valid)) AS shown
FROM buildings_household h
UNION ALL
SELECT h.id, s.unit_id, s.head_name, s.phone, s.residents, s.registered, h.invented, h.source_ref,
       CASE WHEN h.valid @> lower(s.valid) THEN h.valid ELSE s.valid END, s.valid
FROM buildings_householdstate s JOIN buildings_household h ON h.id = s.household_id;
