-- Law 3: an open incident has an assignment at every instant from its receipt on. Called as a trigger of the incident, or
-- of one of its assignments. A new incident mostly has one from its receipt on without end, and its receipt never changes:
-- then the months, which all would be asked for it, need not be.
CREATE OR REPLACE FUNCTION incidents_demand_assignment() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    mine bigint;
    missing bigint;
BEGIN
    IF TG_TABLE_NAME = 'incidents_assignment' THEN
        mine := NEW.incident_id;
    ELSE
        mine := NEW.id;
        PERFORM FROM incidents_assignment a
        WHERE a.incident_id = mine AND upper_inf(a.valid) AND lower(a.valid) <= NEW.received_at;
        IF FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT i.id INTO missing FROM incidents_incident i
    WHERE i.id = mine AND i.occurred_at = NEW.occurred_at AND i.status IN ('new', 'assigned', 'in_progress')
      AND (SELECT range_agg(a.valid) @> tstzrange(i.received_at, NULL)
           FROM incidents_assignment a WHERE a.incident_id = i.id) IS NOT TRUE;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'incident % is open and would be without an assignment', missing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incidents_incident_assigned', TABLE = 'incidents_incident';
    END IF;
    RETURN NULL;
END $$;

-- Deferred to the commit: an incident and its assignment are written one after the other, and one assignment ends before
-- the next begins.
DROP TRIGGER IF EXISTS incidents_incident_assigned ON incidents_incident;
CREATE CONSTRAINT TRIGGER incidents_incident_assigned AFTER INSERT OR UPDATE OF status ON incidents_incident
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status IN ('new', 'assigned', 'in_progress'))
    EXECUTE FUNCTION incidents_demand_assignment();

DROP TRIGGER IF EXISTS incidents_assignment_goes_on ON incidents_assignment;
CREATE CONSTRAINT TRIGGER incidents_assignment_goes_on AFTER UPDATE OF valid ON incidents_assignment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.valid IS DISTINCT FROM NEW.valid)
    EXECUTE FUNCTION incidents_demand_assignment();

-- Whoever closes an incident must see what was planned for it meanwhile.
CREATE OR REPLACE TRIGGER incidents_incident_isolation BEFORE UPDATE OF status ON incidents_incident
    FOR EACH STATEMENT EXECUTE FUNCTION grids_demand_read_committed();
