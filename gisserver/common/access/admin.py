"""Django admin of grants, tokens and the record of personal data read."""

from django.contrib import admin

from gisserver.common.access.models import Grant, PersonalDataRead, Token
from gisserver.common.admin import ReadOnlyAdmin


@admin.register(Grant)
class GrantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who is what, and where."""

    list_display = ("user", "role", "area")
    list_filter = ("role",)
    search_fields = ("user__username",)
    autocomplete_fields = ("user",)
    raw_id_fields = ("area",)


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    """Tokens, by their labels; their text is nowhere."""

    list_display = ("user", "label", "created_at", "expires_at")


@admin.register(PersonalDataRead)
class PersonalDataReadAdmin(ReadOnlyAdmin):
    """Who has read whose data."""

    list_display = ("user", "read_at", "door")
    list_filter = ("user",)
