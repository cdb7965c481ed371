-- A source's own id names one incident (law 8). Claims go in the order of the keys, so that two writers never wait for each
-- other; who comes second waits for the first here, and finds its incident below.
INSERT INTO incidents_sourcereference (source, external_id, incident_id, occurred_at)
SELECT DISTINCT ON (source, external_id) source, external_id, id, occurred_at
FROM incidents_staging WHERE external_id <> '' ORDER BY source, external_id, ordinal
ON CONFLICT (source, external_id) DO NOTHING
