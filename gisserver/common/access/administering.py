"""Whom and what a user administers: the rule behind the pages of users, grants and tokens in `/admin/`.

Nobody gives or takes over more than he has: he administers a grant when its area is his, and a user when all grants of
that user are. An administrator holds every permission in his area, so there he may give every role.
"""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from gisserver.common.access.areas import below
from gisserver.common.access.models import Grant, Viewer, scope_of
from gisserver.common.access.roles import Permission


def administered_areas(user: Viewer) -> RawSQL | None:
    """Return the ids of the divisions that ``user`` administers, for ``any_of``; None means the whole deployment."""
    areas = scope_of(user).areas(Permission.ADMINISTER)
    return None if areas is None else below(areas)


def administered_grants(user: Viewer) -> QuerySet[Grant]:
    """Return the grants that ``user`` may take back or change."""
    areas = administered_areas(user)
    return Grant.objects.all() if areas is None else Grant.objects.filter(area_id__any_of=areas)


def administered_users(user: Viewer) -> QuerySet[User]:
    """Return whom ``user`` may give roles, a new password or the end of tokens: those with no grant beyond his own.

    Superusers are the business of superusers alone.
    """
    if not scope_of(user).may(Permission.ADMINISTER):
        return User.objects.none()
    people = User.objects.all() if getattr(user, "is_superuser", False) else User.objects.filter(is_superuser=False)
    areas = administered_areas(user)
    if areas is None:
        return people
    return people.exclude(pk__in=Grant.objects.exclude(area_id__any_of=areas).values("user_id"))
