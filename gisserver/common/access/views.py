"""Signing in: the page for people, and the doors of tokens."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gisserver.common.access.credentials import tokens
from gisserver.common.access.credentials.authentication import user_id
from gisserver.common.access.models import Token
from gisserver.common.errors import NotAuthenticated, NotFound, TooMany
from gisserver.common.languages import spoken
from gisserver.common.sentences import Sentence


class CredentialsSerializer(serializers.Serializer[Any]):
    """Who asks for a token."""

    username = serializers.CharField(max_length=150, required=False)
    name = serializers.CharField(max_length=150, required=False, help_text="the same as username")
    password = serializers.CharField(max_length=1000, trim_whitespace=False)
    label = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")  # type: ignore[assignment]

    def validate(self, attrs: Any) -> Any:
        """Ask for the name under either word."""
        attrs["username"] = attrs.get("username") or attrs.get("name")
        if not attrs["username"]:
            raise serializers.ValidationError({"username": "This field is required."})
        return attrs


class TokenSerializer(serializers.Serializer[Any]):
    """A token; it is shown only in this answer."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class TokenView(APIView):
    """Tokens."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="token_create", request=CredentialsSerializer, responses={201: TokenSerializer})
    def post(self, request: Request) -> Response:
        """Give a token for a user name and password."""
        credentials = CredentialsSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        data = credentials.validated_data
        user: Any = authenticate(request._request, username=data["username"], password=data["password"])
        if user is None:
            raise NotAuthenticated("bad_credentials", "User name or password is wrong.")
        text, row = tokens.issue(user=user, label=data["label"])
        answer = TokenSerializer({"token": text, "expires_at": row.expires_at}).data
        return Response(answer, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})

    @extend_schema(operation_id="token_end", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """End the token that this request carries."""
        token = tokens.token_in(request.headers.get("Authorization", ""))
        if token is None:
            raise NotAuthenticated("no_token", "Send the token that is to end in the Authorization header.")
        tokens.end(token)
        return Response(status=status.HTTP_204_NO_CONTENT)


class IssuedTokenSerializer(serializers.ModelSerializer[Token]):
    """A token of one's own, without its text."""

    class Meta:
        model = Token
        fields = ("id", "label", "created_at", "expires_at")


class TokensView(APIView):
    """The tokens of whoever asks, in use now."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="tokens_list", responses=IssuedTokenSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List one's own tokens that are alive."""
        rows = tokens.alive().filter(user_id=user_id(request))
        return Response(IssuedTokenSerializer(rows, many=True).data, headers={"Cache-Control": "no-store"})


class IssuedTokenView(APIView):
    """One token of whoever asks."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="tokens_revoke", request=None, responses={204: None})
    def delete(self, request: Request, token_id: int) -> Response:
        """End one of one's own tokens, such as that of a lost phone."""
        if not tokens.revoke(tokens.alive().filter(user_id=user_id(request), pk=token_id)):
            raise NotFound("unknown_token", Sentence("You have no token {token_id} that is alive.", token_id=token_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class SignInForm(AuthenticationForm):
    """Name and password; says when there were too many wrong ones."""

    def clean(self) -> dict[str, Any]:
        """Check the password, unless the brake is on."""
        try:
            return super().clean()
        except TooMany as error:
            raise ValidationError(spoken(error.detail), code=error.code) from error


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    """The same for the admin's own page."""


class SignInView(LoginView):
    """The sign-in page."""

    template_name = "login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Show the page again; 429 when there were too many wrong attempts."""
        too_many = form.has_error(NON_FIELD_ERRORS, "too_many_attempts")
        response = self.render_to_response(self.get_context_data(form=form, too_many=too_many))
        response.status_code = 429 if too_many else 200
        return response
