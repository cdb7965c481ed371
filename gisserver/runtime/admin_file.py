"""The file with the generated administrator's name and password, and when it goes: as soon as they no longer fit."""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings

from gisserver.runtime.home import Home

logger = logging.getLogger(__name__)


def kept_password(path: Path, *, name: str) -> str | None:
    """Return the password that the file keeps for ``name``, None when it keeps none."""
    if not path.exists():
        return None
    lines = dict(line.split(": ", 1) for line in path.read_text().splitlines() if ": " in line)
    return lines.get("password") if lines.get("name") == name else None


def keep_password(path: Path, *, name: str, password: str) -> None:
    """Write the file, readable by its owner only."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(f"name: {name}\npassword: {password}\n")


class DropsTheGenerated:
    """Django tells its password validators of every password that is set; this one only listens.

    Another password than the generated one removes the file: what it says would be a dead one.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Accept any password."""

    def get_help_text(self) -> str:
        """Return nothing: it asks for nothing."""
        return ""

    def password_changed(self, password: str, user: Any = None) -> None:
        """Remove the file when it keeps another password of this user."""
        path = Home(settings.GISSERVER_HOME).admin
        if user is None or kept_password(path, name=user.get_username()) in {None, password}:
            return
        try:
            path.unlink()
        except OSError as error:
            logger.warning("%s keeps a password that no longer fits, and cannot be removed: %s", path, error.strerror)
