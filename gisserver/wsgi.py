"""The WSGI application that granian serves."""

import os


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gisserver.settings.dev")

from django.core.wsgi import get_wsgi_application

_django = get_wsgi_application()

# Only now, for Django must have loaded the apps: tiles in memory are answered ahead of it.
from tiles.fast_path import in_front_of  # noqa: E402

application = in_front_of(_django)
