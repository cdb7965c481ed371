"""Named changes of state of stored queries, and questions about them."""

from typing import Any

from django.db import connection, transaction

from gisserver.common.access.models import scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.db.clock import database_now
from gisserver.common.errors import Forbidden, NotFound
from gisserver.common.sentences import Sentence
from layers.models import StoredQuery
from layers.services import check_slug


def stored_queries(user: Any) -> Any:
    """Return the current stored queries by name: everybody who reads may run them, and sees what they may."""
    current = StoredQuery.objects.current().order_by("slug")
    return current if scope_of(user).may(Permission.READ) else current.none()


def stored_query(slug: str, user: Any) -> StoredQuery:
    """Return the current stored query of that name. Raises NotFound."""
    found: StoredQuery | None = stored_queries(user).filter(slug=slug).first()
    if found is None:
        raise NotFound("unknown_query", Sentence("There is no stored query {slug!r}.", slug=slug[:100]))
    return found


@transaction.atomic
def keep_query(*, slug: str, expression: Any, user: Any) -> tuple[StoredQuery, bool]:
    """Keep a query expression, already read, under a name; return it, and whether the name is new.

    The former one of the name is withdrawn. Locks the name until commit. Raises Invalid for a bad name, Forbidden
    without the permission, or for one that is somebody else's.
    """
    demand_keeping(user)
    check_slug(slug)
    _lock(slug)
    former = StoredQuery.objects.current().filter(slug=slug).first()
    if former is not None:
        if former.expression == expression:
            return former, False
        _withdraw(former, user)
    return StoredQuery.objects.create(slug=slug, expression=expression, owner=user), former is None


@transaction.atomic
def withdraw_query(*, slug: str, user: Any) -> None:
    """Withdraw a stored query. Raises NotFound, or Forbidden for one that is somebody else's."""
    demand_keeping(user)
    _lock(slug)
    _withdraw(stored_query(slug, user), user)


def may_keep(user: Any) -> bool:
    """Say whether the user may keep queries."""
    return bool(user.is_authenticated and scope_of(user).may(Permission.UPLOAD_LAYERS))


def demand_keeping(user: Any) -> None:
    """Raise Forbidden ``forbidden`` unless the user may keep queries."""
    if not may_keep(user):
        raise Forbidden("forbidden", "To keep a query takes the permission to publish layers.")


def _lock(slug: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"layers.query.{slug}"])


def _withdraw(stored: StoredQuery, user: Any) -> None:
    # A stored query is offered to all, so who administers only a part of the deployment does not decide on it.
    if stored.owner_id != user.pk and scope_of(user).areas(Permission.ADMINISTER) is not None:
        told = Sentence("Only its owner or an administrator of the whole deployment may change {slug!r}.",
                        slug=stored.slug)  # fmt: skip
        raise Forbidden("not_yours", told)
    StoredQuery.objects.filter(pk=stored.pk).update(withdrawn_at=database_now())
