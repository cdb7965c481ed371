"""Django admin of users, grants, tokens, sign-ins and the record of personal data read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gisserver.common.access import security
from gisserver.common.access.administering import administered_areas, administered_grants, administered_users
from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Grant, PersonalDataRead, SignIn, Token, Viewer
from gisserver.common.access.read_only_admin import ReadOnlyAdmin
from gisserver.common.access.roles import Permission

admin.site.unregister(User)
admin.site.unregister(Group)  # rights are the roles'; a group would give none


@admin.register(User)
class PersonAdmin(ReadOnlyAdmin, UserAdmin):  # type: ignore[type-arg]
    """Accounts. They are closed (`is_active`), not deleted: history names its authors."""

    permission = Permission.ADMINISTER
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Account"), {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    filter_horizontal = ()
    list_filter = ("is_staff", "is_superuser", "is_active")

    def visible(self, rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
        """Show whom the user administers."""
        return rows.filter(pk__in=administered_users(user))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields of the sets above."""
        return UserAdmin.get_fields(self, request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Let only a superuser make superusers."""
        return ("last_login", "date_joined", *(() if request.user.is_superuser else ("is_superuser",)))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Refuse to filter by passwords, as Django's own page does."""
        return UserAdmin.lookup_allowed(self, lookup, value, request)  # type: ignore[arg-type]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save the account, and note what it may now do."""
        super().save_model(request, obj, form, change)
        flags = {name: getattr(obj, name) for name in ("is_active", "is_staff", "is_superuser")}
        if not change:
            security.note(security.Kind.ACCOUNT_ADDED, subject=obj.pk, **flags)
        elif flags.keys() & set(form.changed_data):
            security.note(security.Kind.ACCOUNT_CHANGED, subject=obj.pk, **flags)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let administrators make accounts; an account without a grant may do nothing."""
        return self.may_use(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let administrators close accounts and give new passwords to whom they administer."""
        return self.may_use(request)


class GrantForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who, what and where; the whole deployment is named, never left empty."""

    everywhere = forms.BooleanField(
        required=False, label=_("The whole deployment"), help_text=_("Otherwise choose an area.")
    )

    class Meta:
        model = Grant
        fields = ("user", "role", "area")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("everywhere", self.instance.pk is not None and self.instance.area_id is None)

    def clean(self) -> dict[str, Any]:
        """Ask for an area or for the whole deployment, exactly one of the two."""
        cleaned = super().clean() or self.cleaned_data
        if "area" in cleaned and (cleaned["area"] is None) != bool(cleaned.get("everywhere")):
            raise ValidationError(
                _("Choose an area or, where you may, the whole deployment: one of the two."),
                code="area_or_everywhere",
            )
        return cleaned


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    """Who is what, and where: given and taken back within the areas that one administers."""

    permission = Permission.ADMINISTER
    form = GrantForm
    list_display = ("user", "role", "where")
    list_filter = ("role",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    autocomplete_fields = ("user", "area")

    @admin.display(description=_("area"))
    def where(self, grant: Grant) -> str:
        """Name the area by its name and code."""
        return grant.where

    def visible(self, rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
        """Show the grants that the user administers."""
        return rows.filter(pk__in=administered_grants(user))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Offer the whole deployment to whoever administers it."""
        return ("user", "role", "area", *(("everywhere",) if administered_areas(request.user) is None else ()))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Take the whole deployment from nobody else, sent or not."""
        form = super().get_form(request, obj, change, **kwargs)
        if "everywhere" not in self.get_fields(request, obj):
            form.base_fields.pop("everywhere", None)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep a grant with its user: another's is another grant."""
        return () if obj is None else ("user",)

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Accept the users and areas that the user administers, whatever the picker offered."""
        rows: Any = db_field.related_model._default_manager.all()
        areas = administered_areas(request.user)
        if db_field.name == "user":
            kwargs["queryset"] = administered_users(request.user)
        elif areas is not None:
            kwargs["queryset"] = rows.filter(pk__any_of=areas)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let administrators give grants."""
        return self.may_use(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let administrators change grants."""
        return self.may_use(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let administrators take grants back."""
        return self.may_use(request)


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    """Tokens, by their labels; their text is nowhere."""

    permission = Permission.ADMINISTER
    list_display = ("user", "label", "created_at", "expires_at")
    list_filter = (("user", admin.RelatedOnlyFieldListFilter),)
    actions = ("revoke",)

    def visible(self, rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
        """Show the tokens of whom the user administers."""
        return rows.filter(user__in=administered_users(user))

    @admin.action(description=_("End the chosen tokens now"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """End the chosen tokens at once."""
        ended = tokens.revoke(queryset)
        self.message_user(request, _("%(count)s tokens ended.") % {"count": ended})


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    """Who has signed in, or tried to: names that may be nobody's, so of no area."""

    permission = Permission.ADMINISTER
    everywhere = True
    list_display = ("at", "kind", "name", "address", "succeeded")
    list_filter = ("succeeded", "kind")
    search_fields = ("name", "address")

    def visible(self, rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
        """Show all."""
        return rows


@admin.register(PersonalDataRead)
class PersonalDataReadAdmin(ReadOnlyAdmin):
    """Who has read whose data."""

    permission = Permission.ADMINISTER
    list_display = ("user", "read_at", "door")
    list_filter = (("user", admin.RelatedOnlyFieldListFilter),)

    def visible(self, rows: QuerySet[Any], user: Viewer) -> QuerySet[Any]:
        """Show what was read by whom the user administers."""
        return rows.filter(user__in=administered_users(user))
