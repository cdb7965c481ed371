-- The open incidents that a redraw has given to another grid, of which nobody has been told.
SELECT i.id, i.occurred_at, new.id AS assignment_id, lower(new.valid) AS begins, old.grid_id AS source,
       new.grid_id AS target
FROM incidents_assignment new
JOIN incidents_assignment old
    ON old.incident_id = new.incident_id AND upper(old.valid) = lower(new.valid)
    AND old.grid_id IS DISTINCT FROM new.grid_id
JOIN incidents_incident i ON i.id = new.incident_id AND i.occurred_at = new.occurred_at
WHERE (new.reason = 'redraw' OR new.reason = 'decision_ended')
  AND lower(new.valid) > %(since)s::timestamptz AND lower(new.valid) <= %(now)s::timestamptz
  AND i.status IN ('new', 'assigned', 'in_progress')
  AND NOT EXISTS (
      SELECT FROM incidents_notice n
      WHERE n.incident_id = i.id AND n.kind = 'handover' AND n.about = new.id
  )
ORDER BY new.id
