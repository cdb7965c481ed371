-- Open incidents go where law 3 says from a moment on, also after each change that is planned for their area; closed
-- ones keep their receipt. It is asked from the moment given, or from just after a receipt that has begun since; where
-- somebody has decided the grid, from the end of that grid on, if one is known: until then the decision holds.
CREATE TEMP TABLE moving ON COMMIT DROP AS
WITH part AS MATERIALIZED (
    SELECT d.geom FROM ST_Dump(ST_GeomFromWKB(%(area)s, %(srid)s)) AS d
), incident AS MATERIALIZED (
    SELECT id, occurred_at, location, incidents_accuracy(placed_by, accuracy_m) AS accuracy_m, placing_order_id
    FROM incidents_incident
    WHERE id = ANY (%(ids)s::bigint[]) AND status = ANY (%(open)s)
    UNION ALL
    SELECT DISTINCT ON (i.id) i.id, i.occurred_at, i.location, i.accuracy_m, i.placing_order_id
    FROM part CROSS JOIN LATERAL (
        SELECT id, occurred_at, location, incidents_accuracy(placed_by, accuracy_m) AS accuracy_m, placing_order_id
        FROM incidents_incident
        WHERE ST_Intersects(part.geom, location) AND status = ANY (%(open)s)
        OFFSET 0  -- keeps the planner from reading all incidents: the index of the open ones is asked for each part
    ) i
    UNION
    -- Decided for a grid that ends, wherever they lie.
    SELECT i.id, i.occurred_at, i.location, incidents_accuracy(i.placed_by, i.accuracy_m), i.placing_order_id
    FROM incidents_assignment a
    JOIN incidents_incident i ON i.id = a.incident_id AND i.occurred_at = a.occurred_at AND i.status = ANY (%(open)s)
    WHERE a.rule = 'manual' AND a.valid @> clock_timestamp() AND %(area)s::bytea IS NOT NULL
      AND NOT EXISTS (SELECT FROM grids_gridversion v WHERE v.grid_id = a.grid_id AND upper_inf(v.valid))
)
SELECT i.*, d.assignment_id, d.until, d.upper IS DISTINCT FROM nullif(d.until, 'infinity') AS otherwise
FROM incident i LEFT JOIN LATERAL (
    SELECT a.id AS assignment_id, upper(a.valid) AS upper, (
        SELECT max(coalesce(upper(v.valid), 'infinity')) FROM grids_gridversion v
        WHERE v.grid_id = a.grid_id AND NOT isempty(v.valid)
    ) AS until
    FROM incidents_assignment a
    WHERE a.incident_id = i.id AND a.rule = 'manual' AND a.valid @> clock_timestamp()
) d ON true;
-- Its grid ends at another time than was planned, or not at all.
UPDATE incidents_assignment a SET valid = 'empty'
FROM moving m WHERE m.otherwise AND a.incident_id = m.id AND m.assignment_id IS NOT NULL AND lower(a.valid) > clock_timestamp();
UPDATE incidents_assignment a SET valid = tstzrange(lower(a.valid), NULL)
FROM moving m WHERE m.otherwise AND a.id = m.assignment_id AND NOT upper_inf(a.valid);
CREATE TEMP TABLE following ON COMMIT DROP AS
WITH held AS (
    SELECT i.id, max(lower(a.valid)) FILTER (WHERE lower(a.valid) BETWEEN %(moment)s AND clock_timestamp())
                     + interval '1 microsecond' AS begun
    FROM moving i JOIN incidents_assignment a ON a.incident_id = i.id GROUP BY i.id
)
SELECT i.id, i.location, greatest(%(moment)s, h.begun, i.until) AS begins, NULL::timestamptz AS ends, i.occurred_at,
       i.accuracy_m, i.until, i.placing_order_id
FROM moving i JOIN held h ON h.id = i.id
WHERE i.until IS DISTINCT FROM 'infinity'
