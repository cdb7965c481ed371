-- The oldest transaction of this database that still runs, as the statement sees it; when none does, the one that comes
-- next. What is older has nothing before it that may still commit. A snapshot holds the transactions of every database
-- of the cluster: those that hold their id for another database write nothing here. One of which that is not known (it
-- has just ended, or is prepared) counts as one of this database.
CREATE OR REPLACE FUNCTION gis_oldest_writer() RETURNS xid8
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(
        (
            SELECT min(running.xid) FROM pg_snapshot_xip(pg_current_snapshot()) AS running (xid)
            WHERE NOT EXISTS (
                SELECT FROM pg_locks AS held JOIN pg_stat_activity AS holder ON holder.pid = held.pid
                WHERE held.locktype = 'transactionid' AND held.granted AND held.mode = 'ExclusiveLock'
                    AND held.transactionid = running.xid::xid
                    AND holder.datid <> (SELECT oid FROM pg_database WHERE datname = current_database())
            )
        ),
        pg_snapshot_xmax(pg_current_snapshot())
    )
$$;
