"""The WSGI application that granian serves."""

import os

import gisserver  # noqa: F401  loads pyogrio's GDAL before GeoDjango does

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gisserver.settings.dev")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
