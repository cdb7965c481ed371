-- The terms that run now: of the last step of what is not over, or since the receipt. A fresh database has none, nor the
-- function yet.
DO $$
BEGIN
    INSERT INTO incidents_runningterm (incident_id, occurred_at, number, due_at, remind_at, escalate_at)
    SELECT s.incident_id, s.occurred_at, s.number, s.due_at, s.remind_at, s.escalate_at
    FROM (SELECT DISTINCT ON (incident_id) * FROM incidents_incidentstep ORDER BY incident_id, number DESC) s
    WHERE s.due_at IS NOT NULL;
    IF to_regprocedure('incidents_deadline_of(bigint, integer, text, timestamptz)') IS NOT NULL THEN
        INSERT INTO incidents_runningterm (incident_id, occurred_at, number, due_at, remind_at, escalate_at)
        SELECT i.id, i.occurred_at, 0, i.received_at + make_interval(mins => d.minutes),
               i.received_at + make_interval(mins => d.minutes - d.remind_before),
               i.received_at + make_interval(mins => d.minutes + d.escalate_after)
        FROM incidents_incident i
        CROSS JOIN LATERAL incidents_deadline_of(i.type_id, NULL, CASE i.status
            WHEN 'new' THEN 'reported' WHEN 'assigned' THEN 'dispatched' WHEN 'resolved' THEN 'handled' ELSE i.status
            END, i.received_at) d
        WHERE i.status <> 'closed' AND NOT EXISTS (SELECT FROM incidents_incidentstep s WHERE s.incident_id = i.id);
    END IF;
    DROP FUNCTION IF EXISTS incidents_first_due(bigint, text, timestamptz);
END $$;
