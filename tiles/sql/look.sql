-- One look for a tile that is in memory: how new the ground is, and whether the asker is still who Django found him
-- to be. No row: the token or session has ended, or the user has. {proof} is one of the two conditions of front.py.
SELECT ({version}) AS version, u.password,
       CASE WHEN u.is_superuser THEN 'administrator:*'
            ELSE coalesce((SELECT string_agg(g.held, '|' ORDER BY g.held)
                           FROM (SELECT (role || ':' || coalesce(area_id::text, '*')) COLLATE "C" AS held
                                 FROM access_grant WHERE user_id = u.id) AS g), '') END AS grants
FROM auth_user u
WHERE u.id = %(user)s AND u.is_active AND {proof}
