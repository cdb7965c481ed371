"""Run in Django's shell by the tests: an administrator, who redraws and who reviews; prints a token of each."""

from django.contrib.auth.models import User

from gisserver.common.access.credentials import tokens
from gisserver.common.access.models import Grant

for name, role, variable in (("wang", "supervisor", "SUPERVISOR"), ("li", "reviewer", "REVIEWER")):
    person = User.objects.create_user(name)
    Grant.objects.create(user=person, role=role)
    print(f"{variable}={tokens.issue(user=person)[0]}")  # noqa: T201
print(f"TOKEN={tokens.issue(user=User.objects.get(username='admin'))[0]}")  # noqa: T201
