-- The state of an incident follows from its last step by a legal transition; its status from its state. Filled in from
-- the one table of steps, `incidents/lifecycle/steps.py`.
CREATE OR REPLACE FUNCTION incidents_status_of(state text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT {status_of_state};
END;

-- Where an incident stands that has taken no step.
CREATE OR REPLACE FUNCTION incidents_state_of(came_with text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT {state_of_status};
END;

-- The term of an incident without a step: of the state that it came in, since its receipt. No row: it has none.
CREATE OR REPLACE FUNCTION incidents_first_term(kind bigint, came_with text, since timestamptz)
    RETURNS TABLE (due_at timestamptz, remind_at timestamptz, escalate_at timestamptz)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    SELECT since + make_interval(mins => d.minutes), since + make_interval(mins => d.minutes - d.remind_before),
           since + make_interval(mins => d.minutes + d.escalate_after)
    FROM incidents_deadline_of(kind, NULL, incidents_state_of(came_with), since) AS d
    WHERE came_with <> 'closed';
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
       OR NEW.before IS DISTINCT FROM coalesce(last.after, incidents_state_of(came_with))
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
        IF last.after IN ('duplicate', 'invalid') THEN
            RAISE EXCEPTION 'incident % is % itself', NEW.duplicate_of_id, last.after
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
    IF NEW.due_at IS NULL THEN
        DELETE FROM incidents_runningterm WHERE incident_id = NEW.incident_id;
    ELSE
        INSERT INTO incidents_runningterm (incident_id, occurred_at, number, due_at, remind_at, escalate_at)
        VALUES (NEW.incident_id, NEW.occurred_at, NEW.number, NEW.due_at, NEW.remind_at, NEW.escalate_at)
        ON CONFLICT (incident_id) DO UPDATE SET number = excluded.number, due_at = excluded.due_at,
            remind_at = excluded.remind_at, escalate_at = excluded.escalate_at;
    END IF;
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
