"""Settings of the tests: real PostGIS, fast password hashing, no connection pool to outlive a database."""

from gisserver.settings.base import *  # noqa: F403
from gisserver.settings.base import DATABASES

# A pool keeps connections to a test database that is about to be dropped.
DATABASES["default"]["OPTIONS"].pop("pool", None)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# What a slow machine takes long for is logged in no test that does not ask for it.
SLOW_QUERY_MS = 3_600_000.0
# Each test's client has middleware of its own, which would list the 500 static files: one is looked for when asked for.
WHITENOISE_AUTOREFRESH = True
