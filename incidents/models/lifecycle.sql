-- The state of an incident follows from its last step by a legal transition; its status from its state. Filled in from
-- the one table of steps, `incidents/lifecycle/steps.py`.
CREATE OR REPLACE FUNCTION incidents_status_of(state text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT {status_of_state};
END;

CREATE OR REPLACE FUNCTION incidents_take_step() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    came_with text;
    last record;
BEGIN
    -- Who takes a step after another sees that one.
    SELECT status INTO came_with FROM incidents_incident
    WHERE id = NEW.incident_id AND occurred_at = NEW.occurred_at FOR NO KEY UPDATE;
    SELECT number, before, after INTO last FROM incidents_incidentstep
    WHERE incident_id = NEW.incident_id ORDER BY number DESC LIMIT 1;
    IF NEW.number IS DISTINCT FROM coalesce(last.number, 0) + 1
       OR NEW.before IS DISTINCT FROM coalesce(last.after, {state_of_status})
       OR (NEW.step, NEW.before, NEW.after) NOT IN ({legal})
       OR (NEW.step = 'resume' AND NEW.after IS DISTINCT FROM coalesce(last.before, 'in_progress')) THEN
        RAISE EXCEPTION 'incident % does not % from % to % as its step %',
            NEW.incident_id, NEW.step, NEW.before, NEW.after, NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incidents_incidentstep_legal',
                  TABLE = 'incidents_incidentstep';
    END IF;
    IF NEW.step = 'merge' THEN
        -- In a ring of duplicates none would be left to handle.
        PERFORM FROM incidents_incident
        WHERE id = NEW.duplicate_of_id AND occurred_at = NEW.duplicate_occurred_at FOR NO KEY UPDATE;
        SELECT number, before, after INTO last FROM incidents_incidentstep
        WHERE incident_id = NEW.duplicate_of_id ORDER BY number DESC LIMIT 1;
        IF last.after = 'duplicate' THEN
            RAISE EXCEPTION 'incident % is a duplicate itself', NEW.duplicate_of_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'incidents_incidentstep_legal',
                      TABLE = 'incidents_incidentstep';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER incidents_incidentstep_legal BEFORE INSERT ON incidents_incidentstep
    FOR EACH ROW EXECUTE FUNCTION incidents_take_step();

CREATE OR REPLACE FUNCTION incidents_step_taken() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE incidents_incident SET status = incidents_status_of(NEW.after)
    WHERE id = NEW.incident_id AND occurred_at = NEW.occurred_at
      AND status IS DISTINCT FROM incidents_status_of(NEW.after);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER incidents_incidentstep_taken AFTER INSERT ON incidents_incidentstep
    FOR EACH ROW EXECUTE FUNCTION incidents_step_taken();

-- A status is what an incident came with until its first step; from then on no writer sets it otherwise.
CREATE OR REPLACE FUNCTION incidents_refuse_status() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    state text;
BEGIN
    SELECT after INTO state FROM incidents_incidentstep WHERE incident_id = NEW.id ORDER BY number DESC LIMIT 1;
    IF NEW.status IS DISTINCT FROM coalesce(incidents_status_of(state), NEW.status) THEN
        RAISE EXCEPTION 'incident % is %: its status follows from its steps', NEW.id, state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incidents_incident_follows_steps',
                  TABLE = 'incidents_incident';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER incidents_incident_follows_steps BEFORE UPDATE OF status ON incidents_incident
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION incidents_refuse_status();
