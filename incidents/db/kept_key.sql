-- Law 4: an incident's id, and the moment that tells its month, are its name in other tables, for ever. A row trigger,
-- because PostgreSQL gives it to every partition: no way round by a partition's own name.
CREATE OR REPLACE TRIGGER incidents_incident_keeps_key BEFORE UPDATE OF id, occurred_at ON incidents_incident
    FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.occurred_at IS DISTINCT FROM NEW.occurred_at)
    EXECUTE FUNCTION gis_refuse_rewrite();
