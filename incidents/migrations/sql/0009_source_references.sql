ALTER TABLE incidents_sourcereference ADD CONSTRAINT incidents_sourcereference_incident
    FOREIGN KEY (incident_id, occurred_at) REFERENCES incidents_incident (id, occurred_at) DEFERRABLE INITIALLY DEFERRED;

-- Of incidents that were recorded twice before this law, the first is what the source's id means.
INSERT INTO incidents_sourcereference (source, external_id, incident_id, occurred_at)
SELECT DISTINCT ON (source, external_id) source, external_id, id, occurred_at
FROM incidents_incident WHERE external_id <> '' ORDER BY source, external_id, id;
SET CONSTRAINTS ALL IMMEDIATE;

-- Whoever has claimed the id for this very incident before may do so; any other incident is refused.
CREATE FUNCTION incidents_refer() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO incidents_sourcereference (source, external_id, incident_id, occurred_at)
    VALUES (NEW.source, NEW.external_id, NEW.id, NEW.occurred_at)
    ON CONFLICT (source, external_id) DO NOTHING;
    IF NOT EXISTS (SELECT FROM incidents_sourcereference
                   WHERE source = NEW.source AND external_id = NEW.external_id AND incident_id = NEW.id) THEN
        RAISE EXCEPTION 'source % has reported % before', NEW.source, NEW.external_id
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'incidents_sourcereference_once',
                  HINT = 'A second report of the same incident gets the first receipt.';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_incident_refers AFTER INSERT ON incidents_incident
    FOR EACH ROW WHEN (NEW.external_id <> '') EXECUTE FUNCTION incidents_refer();
