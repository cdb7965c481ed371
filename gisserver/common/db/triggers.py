"""Migration operations of the migrations before `law_files`: triggers, each with its reverse. For history only."""

from django.db import migrations


def never_deleted(table: str) -> migrations.RunSQL:
    """Refuse DELETE and TRUNCATE on ``table`` to any writer (law 4)."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_never_deleted BEFORE DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_delete()",
        f"DROP TRIGGER {table}_never_deleted ON {table}",
    )


def never_rewritten(table: str, *columns: str) -> migrations.RunSQL:
    """Refuse UPDATE of ``columns``, and any change of ``valid`` but its end (law 4)."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_never_rewritten BEFORE UPDATE OF {', '.join(columns)} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_rewrite();"
        f"CREATE TRIGGER {table}_only_end BEFORE UPDATE OF valid ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION gis_only_end()",
        f"DROP TRIGGER {table}_only_end ON {table}; DROP TRIGGER {table}_never_rewritten ON {table}",
    )


def never_changed(table: str) -> migrations.RunSQL:
    """Refuse any UPDATE on ``table``: its rows are records (law 4)."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION gis_refuse_rewrite()",
        f"DROP TRIGGER {table}_never_changed ON {table}",
    )


def keeps_history(table: str) -> migrations.RunSQL:
    """Keep what an UPDATE on ``table`` overwrites in `common_rowhistory` (law 4)."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_keeps_history AFTER UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION gis_keep_history()",
        f"DROP TRIGGER {table}_keeps_history ON {table}",
    )


# A SQL body is bound when it is made, and can still be inlined; a plpgsql body takes along the path it is made under.
_BIND = r"""
DO $bind$
DECLARE
    made record;
BEGIN
    FOR made IN
        SELECT p.oid, l.lanname AS language FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
        WHERE p.pronamespace = current_schema()::regnamespace AND p.proname LIKE '{prefix}\_%'
          AND p.prosqlbody IS NULL AND p.proconfig IS NULL AND l.lanname IN ('sql', 'plpgsql')
    LOOP
        IF made.language = 'sql' THEN
            EXECUTE regexp_replace(pg_get_functiondef(made.oid),
                                   'AS \$function\$(.*)\$function\$', 'BEGIN ATOMIC \1; END');
        ELSE
            EXECUTE format('ALTER FUNCTION %s SET search_path FROM CURRENT', made.oid::regprocedure);
        END IF;
    END LOOP;
END $bind$
"""


def independent_of_search_path(prefix: str) -> migrations.RunSQL:
    """Let the functions called ``prefix``_… find their tables and operators whatever the caller's search_path.

    pg_restore works with an empty one. There is nothing to reverse: what the functions do stays the same.
    """
    return migrations.RunSQL(_BIND.replace("{prefix}", prefix), migrations.RunSQL.noop)
