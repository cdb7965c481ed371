#!/usr/bin/env python3
"""Django's command line for this project, in the environment that `make run` has made: `./manage.py COMMAND`."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parent / ".venv"


def main() -> int:
    """Run the management command named on the command line; return the exit code.

    What only means that no server runs is one line, no traceback.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gisserver.settings.dev")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    import gisserver  # noqa: F401  loads pyogrio's GDAL before GeoDjango does
    from gisserver.common.db.sql import is_unreachable

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        return _say(str(error))
    except OperationalError as error:
        if not is_unreachable(error):
            raise
        return _say(_unreachable(error))
    return 0


def _unreachable(error: Exception) -> str:
    from django.conf import settings

    if "DATABASE_URL" in os.environ:
        return f"The database that DATABASE_URL names cannot be reached: {error}"
    home = settings.GISSERVER_HOME
    return f"No server runs on the home {home}: start one with GISSERVER_HOME={home} make run, or name another home."


def _say(sentence: str) -> int:
    sys.stderr.write(" ".join(sentence.split()) + "\n")
    return 1


def _enter_environment() -> None:
    """Go on with the environment's interpreter, whichever was called; where there is none, with this one."""
    python = ENVIRONMENT / "bin" / "python"
    if python.exists() and Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 no shell is wanted
    if not python.exists() and find_spec("pyogrio") is None:
        sys.exit("There is no Python environment yet: make install")


if __name__ == "__main__":
    _enter_environment()
    sys.exit(main())
