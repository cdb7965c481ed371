"""Grants (role × area), tokens, idempotency keys and the record of personal data read."""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg.types.numeric import Int8

from gisserver.common.access.roles import Role
from gisserver.common.access.scope import EVERYTHING, NOBODY, Scope
from gisserver.common.db import prepared
from gisserver.common.db.guards import never_changed, never_deleted
from gisserver.common.sentences import translated

Viewer = AbstractBaseUser | AnonymousUser


class Grant(models.Model):
    """A role of a user in a division and all below it; without an area, in the whole deployment."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    # By name, not by import: `common` imports no app above it (DESIGN §4).
    area = models.ForeignKey("grids.Division", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "area"], name="access_grant_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="access_grant_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.area_id or '*'}"

    @property
    def role_name(self) -> str:
        """What people call the role, in the language that is active."""
        return str(translated(Role(self.role).called, gettext))

    @property
    def where(self) -> str:
        """What people call the area."""
        return gettext("the whole deployment") if self.area is None else str(self.area)


class Token(models.Model):
    """A bearer token; only its SHA-256 digest is stored, so a stolen table opens no door."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return f"{self.user_id} {self.label or self.digest[:8]}"


class SignInKind(models.TextChoices):
    """What somebody signs in with."""

    PASSWORD = "password", _("password")
    TOKEN = "token", _("token")


class SignIn(models.Model):
    """An attempt to sign in: with what, as whom, from where, whether it went (登录记录)."""

    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=10, choices=SignInKind)
    name = models.CharField(max_length=150, blank=True, db_collation="C")
    address = models.CharField(max_length=45, blank=True)
    succeeded = models.BooleanField()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = [
            models.Index(fields=["name", "at"], name="access_signin_name"),
            models.Index(fields=["address", "at"], name="access_signin_address"),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.kind} {self.address} {self.at}"


class IdempotencyKey(models.Model):
    """The first answer given to a write, so that a retry gets the same one (law 8)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    door = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer: "models.JSONField[Any]" = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "door", "key"], name="access_idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.door} {self.key}"


class PersonalDataRead(models.Model):
    """One unmasked read of personal data: who, when, through which door, which rows (law 7)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(db_default=Now(), db_index=True)
    door = models.CharField(max_length=200)
    row_ids: "models.JSONField[Any]" = models.JSONField()

    guards = (never_deleted(), never_changed())

    class Meta:
        verbose_name = _("personal data read")
        verbose_name_plural = _("personal data reads")

    def __str__(self) -> str:
        return f"{self.user_id} {self.read_at} {self.door}"


def scope_of(user: Viewer) -> Scope:
    """Return what ``user`` may see and do; read once per user object, so once per request.

    A superuser administers the whole deployment; an inactive or anonymous user has nothing.
    """
    cached: Scope | None = getattr(user, "_scope", None)
    if cached is None:
        cached = _read_scope(user)
        remember_scope(user, cached)
    return cached


def remember_scope(user: Viewer, scope: Scope) -> None:
    """Let `scope_of` answer ``scope`` for this user object, whose grants have been read with it."""
    user._scope = scope  # type: ignore[union-attr]


def _read_scope(user: Viewer) -> Scope:
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    if getattr(user, "is_superuser", False):
        return EVERYTHING
    rows = prepared.rows("SELECT role, area_id FROM access_grant WHERE user_id = %s", [Int8(user.pk)])
    return Scope(frozenset((Role(role), area) for role, area in rows))


def administrators() -> "models.QuerySet[User]":
    """Return who may give anybody a role anywhere: superusers, and administrators of the whole deployment."""
    granted = Grant.objects.filter(role=Role.ADMINISTRATOR, area=None).values("user_id")
    people = User.objects.filter(is_active=True)
    return people.filter(models.Q(is_superuser=True) | models.Q(pk__in=granted)).order_by("pk")
