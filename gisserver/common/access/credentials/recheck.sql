-- Whether a credential still stands for the user that it stood for: with what password, and what grants as Scope.key reads
-- them. No row: the token or session has ended, or the user has. {proof} is one of the conditions in recheck.py,
-- {more} what the caller wants to know at the same look.
SELECT u.password,
       CASE WHEN u.is_superuser THEN 'administrator:*'
            ELSE coalesce((SELECT string_agg(g.held, '|' ORDER BY g.held)
                           FROM (SELECT (role || ':' || coalesce(area_id::text, '*')) COLLATE "C" AS held
                                 FROM access_grant WHERE user_id = u.id) AS g), '') END AS grants,
       {more}
FROM auth_user u
WHERE u.id = %(user)s AND u.is_active AND {proof}
