"""What has changed in a collection with a history from one moment to another."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from layers.ogc.features import feature_text, selected
from layers.ogc.params import ItemsQuery, Presentation
from layers.ogc.query import matching_rows
from layers.registry import Collection
from layers.rows import FID, Select, identifier


@dataclass(frozen=True, slots=True)
class Change:
    """A feature that was added, changed or removed: its GeoJSON before and after, None where there is none."""

    fid: int
    before: str | None
    after: str | None

    @property
    def kind(self) -> str:
        """What became of the feature."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def changes(
    collection: Collection, user: Any, query: ItemsQuery, moments: tuple[datetime, datetime], *, behind: int
) -> list[Change]:
    """Return how what matches at the first moment differs from what matches at the second, by id, ``behind`` an id.

    At each moment the user sees what he saw then. One more than ``query.limit`` tells that there are more.
    """
    before, after = (_as_it_stood(collection, user, query, moment) for moment in moments)
    fid, (feature, joined) = identifier(FID), feature_text(collection, query.presentation)
    texts = (
        f"LEFT JOIN LATERAL (SELECT {feature} AS feature FROM (SELECT {side}.*) AS f {joined}) AS {side}_text"  # noqa: S608
        f" ON {side}.{fid} IS NOT NULL"
        for side in "ba"
    )
    # Identifiers are quoted and values bound; everything else is written here.
    statement = (
        f"SELECT coalesce(b.{fid}, a.{fid}) AS fid, b_text.feature, a_text.feature"  # noqa: S608
        f" FROM ({before.sql}) AS b FULL JOIN ({after.sql}) AS a ON b.{fid} = a.{fid} {' '.join(texts)}"
        f" WHERE b IS DISTINCT FROM a AND coalesce(b.{fid}, a.{fid}) > %s ORDER BY 1 LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*before.params, *after.params, behind, query.limit + 1])
        return [Change(*row) for row in cursor.fetchall()]


def _as_it_stood(collection: Collection, user: Any, query: ItemsQuery, at: datetime) -> Select:
    """Return the SELECT of what matched then; places are compared even if they are not shown."""
    presentation: Presentation = replace(query.presentation, at=at)
    rows = matching_rows(collection, user, replace(query, presentation=presentation))
    return selected(collection, rows.order_by(), replace(presentation, geometry=True))
