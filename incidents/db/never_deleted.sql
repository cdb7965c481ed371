-- Law 4 for incidents, whose rows lie in the partitions of their months (months.sql guards each new one).

-- A row trigger, because PostgreSQL gives it to every partition: no way round by a partition's own name.
CREATE OR REPLACE TRIGGER incidents_incident_never_deleted BEFORE DELETE ON incidents_incident
    FOR EACH ROW EXECUTE FUNCTION gis_refuse_delete();

CREATE OR REPLACE TRIGGER incidents_incident_other_never_truncated BEFORE TRUNCATE ON incidents_incident_other
    FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_delete();

CREATE OR REPLACE TRIGGER incidents_incident_never_truncated BEFORE TRUNCATE ON incidents_incident
    FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_delete();
