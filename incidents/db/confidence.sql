-- How sure an assignment is: the share of the accuracy disc that lies on this side of the border, taken
-- straight at distance margin_m. Outside every grid, the share beyond it. Unknown accuracy: unknown.
-- One expression without a query in it, so that PostgreSQL makes it a part of the statement that asks for many; with
-- t = least(margin_m / accuracy_m, 1) the share is 1 - (acos(t) - t * sqrt(1 - t * t)) / pi().
CREATE OR REPLACE FUNCTION incidents_confidence(rule text, margin_m float8, accuracy_m float8) RETURNS float8
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE
        WHEN rule = 'none' OR accuracy_m IS NULL THEN NULL
        WHEN accuracy_m <= 0 THEN 1
        ELSE round(abs((CASE WHEN rule = 'nearest' THEN 1 ELSE 0 END) - (
            1 - (acos(least(margin_m / nullif(accuracy_m, 0), 1))
                 - least(margin_m / nullif(accuracy_m, 0), 1)
                   * sqrt(1 - least(margin_m / nullif(accuracy_m, 0), 1) * least(margin_m / nullif(accuracy_m, 0), 1))
                ) / pi()))::numeric, 4)::float8
    END;
END;
