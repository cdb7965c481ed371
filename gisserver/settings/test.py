"""Settings of the tests: real PostGIS, fast password hashing, no connection pool to outlive a database."""

from gisserver.settings.base import *  # noqa: F403
from gisserver.settings.base import DATABASES

# A pool keeps connections to a test database that is about to be dropped.
DATABASES["default"]["OPTIONS"].pop("pool", None)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
