-- Law 4 for what is closed: it keeps the grid that it had, so it has no plan. Whoever closes an incident calls off what
-- was planned for it, and what it holds goes on. The shared lock on the partition (grids/partition_lock.py): a publisher
-- who saw it open has written the plan before this looks, and one who comes later sees it closed.
CREATE OR REPLACE FUNCTION incidents_call_off() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('grids.partition'));
    UPDATE incidents_assignment SET valid = 'empty'
    WHERE incident_id = NEW.id AND lower(valid) > clock_timestamp();
    UPDATE incidents_assignment SET valid = tstzrange(lower(valid), NULL)
    WHERE incident_id = NEW.id AND upper(valid) > clock_timestamp();
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER incidents_incident_closed AFTER UPDATE OF status ON incidents_incident FOR EACH ROW
    WHEN (OLD.status IN ('new', 'assigned', 'in_progress') AND NEW.status NOT IN ('new', 'assigned', 'in_progress'))
    EXECUTE FUNCTION incidents_call_off();
