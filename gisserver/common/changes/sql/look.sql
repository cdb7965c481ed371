-- For whoever waits for news: the last number of the feed, and whether more can be numbered (number.sql) by now.
SELECT coalesce((SELECT max(number) FROM common_change), 0)::bigint,
       EXISTS (
           SELECT FROM common_change
           WHERE number IS NULL AND (
               xid < pg_snapshot_xmin(pg_current_snapshot()) OR xid >= pg_snapshot_xmax(pg_current_snapshot())
           )
       )
