"""The people of a trial, each with a role in the district and a token."""

from django.contrib.auth.models import User

from bench.trials.client import Client
from bench.trials.server import Server
from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Grant
from gisserver.common.access.roles import Role


def person(name: str, role: Role, district_id: int) -> str:
    """Make a user with a role in the district and return a token."""
    user = User.objects.create_user(name)
    Grant.objects.create(user=user, role=role, area_id=district_id)
    return tokens.issue(user=user, label="trial")[0]


def visitor(server: Server, token: str) -> Client:
    """Return a new connection of the token's owner."""
    return Client(server.port, token)
