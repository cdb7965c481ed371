-- How sure an assignment is: the share of the accuracy disc that lies on this side of the border, taken
-- straight at distance margin_m. Outside every grid, the share beyond it. Unknown accuracy: unknown.
CREATE OR REPLACE FUNCTION incidents_confidence(rule text, margin_m float8, accuracy_m float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE
        WHEN rule = 'none' OR accuracy_m IS NULL THEN NULL
        WHEN accuracy_m <= 0 THEN 1
        ELSE round((CASE WHEN rule = 'nearest' THEN 1 - share ELSE share END)::numeric, 4)::float8
    END
    FROM (SELECT least(margin_m / nullif(accuracy_m, 0), 1) AS t) ratio,
         LATERAL (SELECT 1 - (acos(t) - t * sqrt(1 - t * t)) / pi() AS share) disc;
END;
