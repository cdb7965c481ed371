"""The door of tokens: POST a name and password, DELETE ends the token that asks."""

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gisserver.common.access import tokens
from gisserver.common.access.middleware import token_in
from gisserver.common.errors import NotAuthenticated


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
        said = credentials.validated_data
        user: Any = authenticate(request._request, username=said["username"], password=said["password"])
        if user is None:
            raise NotAuthenticated("bad_credentials", "User name or password is wrong.")
        text, row = tokens.issue(user=user, label=said["label"])
        answer = TokenSerializer({"token": text, "expires_at": row.expires_at}).data
        return Response(answer, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})

    @extend_schema(operation_id="token_end", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """End the token that this request carries."""
        token = token_in(request.headers.get("Authorization", ""))
        if token is None:
            raise NotAuthenticated("no_token", "Send the token that is to end in the Authorization header.")
        tokens.end(token)
        return Response(status=status.HTTP_204_NO_CONTENT)
