#!/usr/bin/env python3
"""Django's command line for this project."""

import os
import sys

import gisserver  # noqa: F401  loads pyogrio's GDAL before GeoDjango does


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gisserver.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
