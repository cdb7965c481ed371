-- When the incidents occurred that are given with a statement.
WITH incidents_staging AS (SELECT unnest((SELECT %(occurred_at)b::timestamptz[])) AS occurred_at)
