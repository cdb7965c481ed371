-- The triggers, constraints and unique indexes of the tables of these apps, and whether each is in force.
WITH plain AS (
    SELECT oid, relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
), ours AS (
    SELECT * FROM plain WHERE split_part(relname, '_', 1) = ANY (%(apps)s)
)
SELECT format('trigger %%s on %%s', t.tgname, p.relname) AS law, t.tgenabled <> 'D' AS in_force
FROM pg_trigger t JOIN plain p ON p.oid = t.tgrelid
WHERE NOT t.tgisinternal AND split_part(t.tgname, '_', 1) = ANY (%(apps)s)
UNION ALL
SELECT format('constraint %%s on %%s', c.conname, o.relname),
       c.convalidated AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = c.oid AND t.tgenabled = 'D')
FROM pg_constraint c JOIN ours o ON o.oid = c.conrelid
WHERE c.contype IN ('c', 'f', 'p', 'u', 'x') AND c.conparentid = 0  -- a foreign key to months has a part for each month
UNION ALL
SELECT format('unique index %%s on %%s', i.relname, o.relname), x.indisvalid
FROM pg_index x JOIN ours o ON o.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indisunique AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY 1
