-- The moment at which incidents are placed, and whether the partition is planned to change after it; makes the months
-- that are new of those in which they occurred.
SELECT clock.now, EXISTS (SELECT FROM grids_switches(clock.now)),
       (SELECT bool_or(incidents_ensure_month(month))
        FROM (SELECT DISTINCT date_trunc('month', occurred_at, 'UTC') AS month FROM incidents_staging) AS months)
FROM (SELECT coalesce((SELECT %(moment)s::timestamptz), clock_timestamp()) AS now OFFSET 0) AS clock
