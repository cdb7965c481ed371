-- The deadline that holds for a state of an incident at a moment: that of its type, or of the nearest type above it that
-- has one, else of all types; among those the one of its level before the one of all levels.
CREATE OR REPLACE FUNCTION incidents_deadline_of(kind bigint, urgency integer, stands text, moment timestamptz)
    RETURNS TABLE (minutes integer, remind_before integer, escalate_after integer)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    WITH RECURSIVE line (id, parent_id, steps) AS (
        SELECT id, parent_id, 0 FROM incidents_incidenttype
        WHERE id = kind AND EXISTS (SELECT FROM incidents_deadline)
        UNION ALL
        SELECT above.id, above.parent_id, line.steps + 1
        FROM line JOIN incidents_incidenttype AS above ON above.id = line.parent_id
    )
    SELECT found.minutes, found.remind_before, found.escalate_after
    FROM incidents_deadline AS found LEFT JOIN line ON line.id = found.type_id
    WHERE found.state = stands AND found.valid @> moment
      AND (found.type_id IS NULL OR line.id IS NOT NULL)
      AND (found.level IS NULL OR found.level = urgency)
    ORDER BY line.steps NULLS LAST, found.level NULLS LAST
    LIMIT 1;
END;
