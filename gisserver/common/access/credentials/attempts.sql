-- The wrong attempts of late that are like one: by name and address, by address, by name; whether the name has signed in
-- from the address before; and in how many seconds the oldest of them no longer counts.
SELECT count(*) FILTER (WHERE name = %(name)s AND address = %(address)s) AS by_both,
       count(*) FILTER (WHERE address = %(address)s) AS by_address,
       count(*) FILTER (WHERE name = %(name)s) AS by_name,
       EXISTS (SELECT FROM access_signin
               WHERE succeeded AND kind = %(kind)s AND name = %(name)s AND address = %(address)s
                 AND at > statement_timestamp() - %(known_for)s::interval) AS known,
       coalesce(ceil(extract(epoch FROM min(at) + %(window)s::interval - statement_timestamp())), 0)::int AS wait_s
FROM access_signin
WHERE NOT succeeded AND kind = %(kind)s AND at > statement_timestamp() - %(window)s::interval
  AND (name = %(name)s OR address = %(address)s)
