-- Numbers the changes that nothing can come before any more: those of transactions older than all that still run here. A
-- change whose transaction id is still to come was restored from another cluster: it is as old. Not more at once than one
-- request has time for; the next goes on.
WITH oldest AS MATERIALIZED (SELECT gis_oldest_writer() AS xid),
settled AS (
    SELECT id, row_number() OVER (ORDER BY xid >= pg_snapshot_xmax(pg_current_snapshot()) DESC, xid, id) AS place
    FROM common_change
    WHERE number IS NULL AND (
        xid < (SELECT oldest.xid FROM oldest) OR xid >= pg_snapshot_xmax(pg_current_snapshot())
    )
    ORDER BY place LIMIT 20000
)
UPDATE common_change AS change
SET number = settled.place + (SELECT coalesce(max(number), 0) FROM common_change)
FROM settled WHERE settled.id = change.id
