"""`/account/`: one's own grants, password and tokens."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from gisserver.common.access.credentials import tokens
from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.access.models import Grant
from gisserver.common.errors import TooMany
from gisserver.common.languages import spoken


class NewPasswordForm(PasswordChangeForm):
    """The old password and a new one; wrong old ones are recorded and braked as at the sign-in page."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(request.user, *args, **kwargs)  # type: ignore[arg-type]

    def clean_old_password(self) -> str:
        """Check the old password, unless the brake is on."""
        old: str = self.cleaned_data["old_password"]
        try:
            known = authenticate(self.request, username=self.user.get_username(), password=old)
        except TooMany as error:
            raise ValidationError(spoken(error.detail), code=error.code) from error
        if known is None:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return old


class TokenForm(forms.Form):
    """Which token is to end."""

    end_token = forms.IntegerField(min_value=1)


@method_decorator([sensitive_post_parameters(), login_required, never_cache], name="dispatch")
class AccountView(View):
    """The page of one's own account."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        return self._page(request, NewPasswordForm(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        """End one of one's own tokens, or change the password, which ends them all and every other session."""
        if "end_token" in request.POST:
            return self._end_token(request)
        form = NewPasswordForm(request, request.POST)
        if not form.is_valid():
            return self._page(request, form)
        update_session_auth_hash(request, form.save())
        return redirect("/account/?changed=1")

    def _end_token(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(request.POST)
        if form.is_valid():
            tokens.revoke(tokens.alive().filter(user_id=user_id(request), pk=form.cleaned_data["end_token"]))
        return redirect("account")

    def _page(self, request: HttpRequest, form: NewPasswordForm) -> HttpResponse:
        shown = {
            "form": form,
            "grants": Grant.objects.filter(user_id=user_id(request)).select_related("area").order_by("role", "pk"),
            "tokens": tokens.alive().filter(user_id=user_id(request)),
        }
        return render(request, "account.html", shown)
