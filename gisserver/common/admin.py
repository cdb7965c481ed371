"""What the admin pages share: rows that the laws protect can be read there, not edited."""

from typing import Any

from django.contrib.gis import admin
from django.contrib.gis.db.models import GeometryField
from django.db.models import GeneratedField, Model
from django.http import HttpRequest


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """An admin page that shows rows and changes none."""

    show_full_result_count = False
    list_per_page = 50

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Leave out geometry: a map shows it better than a text of coordinates."""
        return [
            field.name
            for field in self.model._meta.concrete_fields
            if not isinstance(field, GeometryField | GeneratedField)
        ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is ever deleted (law 4)."""
        return False
