"""Django admin of grants, tokens and the record of personal data read."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from gisserver.common.access import tokens
from gisserver.common.access.models import Grant, PersonalDataRead, SignIn, Token
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
    list_filter = ("user",)
    actions = ("revoke",)

    @admin.action(description="立即作废所选令牌 End the chosen tokens now", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """End the chosen tokens at once."""
        ended = tokens.revoke(queryset)
        self.message_user(request, f"已作废 {ended} 个令牌。 {ended} tokens ended.")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever may change tokens may end them."""
        return request.user.has_perm("access.change_token")


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    """Who has signed in, or tried to."""

    list_display = ("at", "kind", "name", "address", "succeeded")
    list_filter = ("succeeded", "kind")
    search_fields = ("name", "address")


@admin.register(PersonalDataRead)
class PersonalDataReadAdmin(ReadOnlyAdmin):
    """Who has read whose data."""

    list_display = ("user", "read_at", "door")
    list_filter = ("user",)
