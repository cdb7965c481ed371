-- For whoever waits for news: the last number of the feed, and whether more can be numbered (number.sql) by now. The
-- oldest writer is only looked for while something has no number.
SELECT coalesce((SELECT max(number) FROM common_change), 0)::bigint,
       EXISTS (
           SELECT FROM common_change
           WHERE number IS NULL AND (
               xid < (SELECT gis_oldest_writer()) OR xid >= pg_snapshot_xmax(pg_current_snapshot())
           )
       )
