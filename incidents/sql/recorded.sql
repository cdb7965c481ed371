-- What each staged row is: a new incident, or one that its source has reported before, and in which of the members that
-- a report says it says otherwise now.
SELECT coalesce(r.incident_id, s.id) AS id,
       coalesce(r.incident_id = s.id, true) AS new,
       CASE WHEN i.id IS NULL THEN ARRAY[]::text[] ELSE array_remove(ARRAY[
           CASE WHEN i.type_id <> s.type_id THEN 'type' END,
           CASE WHEN i.occurred_at <> s.occurred_at THEN 'occurred_at' END,
           CASE WHEN i.reported_x IS DISTINCT FROM s.reported_x THEN 'lon' END,
           CASE WHEN i.reported_y IS DISTINCT FROM s.reported_y THEN 'lat' END,
           CASE WHEN i.declared_crs <> s.declared_crs THEN 'crs' END,
           CASE WHEN i.accuracy_m IS DISTINCT FROM s.accuracy_m THEN 'accuracy_m' END,
           CASE WHEN i.address <> s.address THEN 'address' END,
           CASE WHEN i.title <> s.title THEN 'title' END,
           CASE WHEN i.text <> s.text THEN 'text' END], NULL) END AS differs
FROM incidents_staging s
LEFT JOIN incidents_sourcereference r ON s.external_id <> '' AND r.source = s.source AND r.external_id = s.external_id
LEFT JOIN incidents_incident i ON i.id = r.incident_id AND i.occurred_at = r.occurred_at AND i.id <> s.id
ORDER BY s.ordinal
