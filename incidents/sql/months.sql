SELECT incidents_ensure_month(month)
FROM (SELECT DISTINCT date_trunc('month', occurred_at, 'UTC') AS month FROM incidents_staging) AS months
