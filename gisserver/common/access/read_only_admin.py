"""What the admin pages share: the rule of areas (law 7) holds, and protected rows are read there, not edited.

`is_staff` opens `/admin/`; what is in it is decided by the roles alone. Django's own permissions count for nothing.
"""

from typing import Any

from django.contrib.gis import admin
from django.contrib.gis.db.models import GeometryField
from django.db.models import Field, GeneratedField, Model, QuerySet
from django.http import HttpRequest

from gisserver.common.access.models import Viewer, scope_of
from gisserver.common.access.roles import Permission
from gisserver.common.personal import personal_fields


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A page of the rows that the user may see, to whoever holds ``permission``; it changes none.

    With ``everywhere`` it is only for who holds the permission in the whole deployment.
    """

    permission = Permission.READ
    everywhere = False
    show_full_result_count = False
    list_per_page = 50

    def visible(self, rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
        """Return those of ``rows`` that the user may see."""
        seen: QuerySet[Any] = rows.visible_to(user)  # type: ignore[attr-defined]
        return seen

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the rows of this page: what is not among them is not found by any address either."""
        return self.visible(super().get_queryset(request), request.user)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Leave out geometry, which a map shows better, what is personal, and other rows that the user may not see.

        Reading personal data must be recorded (law 7), and is at the API.
        """
        personal = personal_fields(self.model)
        return [
            field.name
            for field in self.model._meta.concrete_fields
            if not isinstance(field, GeometryField | GeneratedField)
            and field.name not in personal
            and not _leads_astray(field, obj, request.user)
        ]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Refuse to filter by what is personal: whether there is a row tells it as well."""
        if lookup.split("__")[0] in personal_fields(self.model):
            return False
        return super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def may_use(self, request: HttpRequest) -> bool:
        """Say whether the user's roles open this page."""
        scope = scope_of(request.user)
        return scope.areas(self.permission) is None if self.everywhere else scope.may(self.permission)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say whether the page stands in the index."""
        return self.may_use(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the page may be read; which rows is `get_queryset`'s."""
        return self.may_use(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is ever deleted (law 4)."""
        return False


def _leads_astray(field: "Field[Any, Any]", obj: Model | None, user: Viewer) -> bool:
    """Say whether a field names a row of another table that the user may not see, such as a redraw next door."""
    target = getattr(obj, field.attname, None) if field.is_relation else None
    if target is None or field.related_model is None:
        return False
    rows: Any = field.related_model._default_manager.all()
    return hasattr(rows, "visible_to") and not rows.visible_to(user).filter(pk=target).exists()
