-- Whether a credential still stands for the user that it stood for: with what password, and what grants (grants.sql). No
-- row: the token or session has ended, or the user has. The proof is one of the conditions in recheck.py; after the
-- grants comes what the caller wants to know at the same look.
SELECT u.password, {grants} AS grants, {more}
FROM auth_user u
WHERE u.id = %(user)s AND u.is_active AND {proof}
