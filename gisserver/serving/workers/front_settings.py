"""What the front, which knows no Django, is told when a worker begins."""

import time
from typing import Any

from django.conf import settings
from django.db import connection

from gisserver.common.access.credentials import recheck
from gisserver.common.changes import feed
from gisserver.serving.workers import batching
from grids.news import NEXT_CHANGE
from tiles.tile_version import AREAS_SQL, CELLS_SQL, DEFINITION_SQL, for_each_area

# Of Django's parameters those that say where the database is; the others are for its own cursors.
_OWN = {"cursor_factory", "context", "prepare_threshold"}


def front_settings() -> dict[str, Any]:
    """Return the settings that the front needs; it may be asked without a connection to the database."""
    database = {name: value for name, value in connection.get_connection_params().items() if name not in _OWN}
    return {
        "loaded": time.time_ns(),
        "database": database,
        "upcoming": NEXT_CHANGE,
        "behind_proxy": settings.BEHIND_PROXY,
        "trusted_proxies": [str(network) for network in settings.TRUSTED_PROXIES],
        "cors_origins": settings.CORS_ORIGINS,
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "batch": batching.names(),
        "look_for_changes": feed.look(),
        "revalidation": revalidation_statement(),
        "holders": holder_statements(),
        "tile_cache_bytes": settings.TILE_CACHE_BYTES,
    }


def holder_statements() -> dict[str, str]:
    """Return by kind of credential the statement that says for whom it stands (one text or nothing, see `_holder`)."""
    return {kind: _holder(kind) for kind in ("token", "session")}


def revalidation_statement() -> str:
    """Return the statement by which the front looks at many credentials and versions at once.

    Its one row holds three arrays: for each credential for whom it stands; for each area the version of its layers as
    wholes, and that of its cells. It is made of the statements that look at one each.
    """
    holders = " ".join(
        f"WHEN '{kind}' THEN ({one.replace('%(user)s', 'holder.user_id').replace('%(proof)s', 'holder.proof')})"
        for kind, one in holder_statements().items()
    )
    return (  # all of it is our own text
        f"SELECT ARRAY(SELECT CASE holder.kind {holders} END"  # noqa: S608
        " FROM unnest(%(kinds)s::text[], %(proofs)s::text[], %(users)s::bigint[])"
        " WITH ORDINALITY AS holder (kind, proof, user_id, number) ORDER BY holder.number),"
        f" ARRAY(SELECT {for_each_area(DEFINITION_SQL)} {AREAS_SQL}),"
        f" ARRAY(SELECT {for_each_area(CELLS_SQL)} {AREAS_SQL})"
    )


def _holder(kind: str) -> str:
    """Return a SELECT of the password's hash and the grants, with a line end between them."""
    return f"SELECT found.password || E'\\n' || found.grants FROM ({recheck.statement(kind, 'NULL')}) AS found"  # noqa: S608
