"""What DRF asks before a view runs: does the user hold the permission at all?"""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from gisserver.common.access.roles import Permission

if TYPE_CHECKING:
    from rest_framework.views import APIView


class Permitted(BasePermission):
    """Asks for the permission that the view names for the method; READ where it names none."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Say whether the user holds the permission anywhere; rows are then limited by ``visible_to``."""
        from gisserver.common.access.models import (
            scope_of,
        )  # models are not loaded when DRF reads its settings

        if not request.user.is_authenticated:
            return False
        wanted: dict[str, Permission] = getattr(view, "permissions_by_method", {})
        return scope_of(request.user).may(wanted.get(request.method or "GET", Permission.READ))
