"""The site of a bench: Django of this process led to its database."""

import os

import django


def django_on(url: str) -> None:
    """Set Django up for the database ``url``."""
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gisserver.settings.dev")
    django.setup()
