-- Whoever has claimed the id for this very incident before may do so; any other incident is refused.
CREATE OR REPLACE FUNCTION incidents_refer() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    claimed_for bigint;
BEGIN
    SELECT incident_id INTO claimed_for FROM incidents_sourcereference
    WHERE source = NEW.source AND external_id = NEW.external_id;
    IF NOT FOUND THEN
        INSERT INTO incidents_sourcereference (source, external_id, incident_id, occurred_at)
        VALUES (NEW.source, NEW.external_id, NEW.id, NEW.occurred_at)
        ON CONFLICT (source, external_id) DO NOTHING RETURNING incident_id INTO claimed_for;
    END IF;
    IF claimed_for IS DISTINCT FROM NEW.id THEN
        RAISE EXCEPTION 'source % has reported % before', NEW.source, NEW.external_id
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'incidents_sourcereference_once',
                  HINT = 'A second report of the same incident gets the first receipt.';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER incidents_incident_refers AFTER INSERT ON incidents_incident
    FOR EACH ROW WHEN (NEW.external_id <> '') EXECUTE FUNCTION incidents_refer();
