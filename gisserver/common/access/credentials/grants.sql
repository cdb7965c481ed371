-- What the user u of a statement is granted, as `Scope.key` reads it: an expression.
CASE WHEN u.is_superuser THEN 'administrator:*'
     ELSE coalesce((SELECT string_agg(g.held, '|' ORDER BY g.held)
                    FROM (SELECT (role || ':' || coalesce(area_id::text, '*')) COLLATE "C" AS held
                          FROM access_grant WHERE user_id = u.id) AS g), '') END
