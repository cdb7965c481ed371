"""What the machine itself must have, and its installation by apt when we may: PostGIS, venv, a browser."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

from . import postgres
from .say import Problem, say, step

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
CJK_FONTS = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/truetype/wqy")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
POSTGIS_PACKAGE = re.compile(r"^postgresql-(\d+)-postgis-3$")

# Run as root. No cluster and no service of Debian's own is made: ours is private to the home.
APT_SCRIPT = """
set -e
export DEBIAN_FRONTEND=noninteractive
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
fi
if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold install -y --no-install-recommends "$@"
"""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is missing on this machine: what for, and the Debian packages that bring it."""

    reason: str
    packages: tuple[str, ...]


def browser() -> str | None:
    """Return the path of an installed Chromium: CHROMIUM when set, else the first on PATH."""
    given = os.environ.get("CHROMIUM")
    return given or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def needs_of_server(*, with_database: bool, environment_exists: bool) -> list[Need]:
    """Return what `make run` lacks; ``with_database`` False when DATABASE_URL names a server elsewhere."""
    needs = []
    if not environment_exists and importlib.util.find_spec("ensurepip") is None:
        needs.append(Need("Python's venv module", ("python3-venv",)))
    if not environment_exists and not CERTIFICATES.exists():
        needs.append(Need("the certificates of the package registries", ("ca-certificates",)))
    if with_database and postgres.suitable(postgres.installations()) is None:
        needs.append(Need(f"PostgreSQL {postgres.OLDEST_VERSION} or newer with PostGIS 3", (_postgis_packages())))
    return needs


def needs_of_browser_tests() -> list[Need]:
    """Return what the browser tests lack."""
    needs = []
    if browser() is None:
        needs.append(Need("Chromium for the browser tests", ("chromium",)))
    if not any(Path(font).exists() for font in CJK_FONTS):
        needs.append(Need("a font with Chinese", ("fonts-noto-cjk",)))
    if find_library("atomic") is None:
        needs.append(Need("libatomic, which Playwright's driver loads", ("libatomic1",)))
    return needs


def install(needs: Iterable[Need], *, log: Path) -> None:
    """Install ``needs`` by apt as root or through passwordless sudo, saying so.

    Raises Problem, with the exact command for somebody who may, when this process may not.
    """
    missing = list(needs)
    if not missing:
        return
    root = _root_prefix()
    if root is None or shutil.which("apt-get") is None:
        raise Problem(how_to_install(missing))
    say("Missing on this machine: " + "; ".join(need.reason for need in missing))
    step("Reading the package lists (apt-get update)", [*root, "apt-get", "update"], log=log)
    missing = [_resolved(need) for need in missing]
    names = [name for need in missing for name in need.packages]
    step(f"Installing {' '.join(names)}", [*root, "sh", "-c", APT_SCRIPT, "sh", *names], log=log)


def how_to_install(missing: Iterable[Need]) -> str:
    """Return the one message for a person who must install ``missing`` by hand, with the exact command."""
    needs = list(missing)
    names = shlex.join(name for need in needs for name in need.packages)
    reasons = "; ".join(need.reason for need in needs)
    return (
        f"This machine lacks: {reasons}. Installing needs root, which this account lacks too. Run once:\n\n"
        f"    sudo apt-get update && sudo apt-get install -y {names}\n\n"
        "then start again. (A PostGIS server elsewhere does as well: DATABASE_URL=postgres://… make run)"
    )


def _resolved(need: Need) -> Need:
    """Return ``need`` with the package names that apt knows now: before an update it may know none."""
    if any("postgis" in name for name in need.packages):
        return Need(need.reason, _postgis_packages())
    return need


def _postgis_packages() -> tuple[str, ...]:
    """Return the newest PostGIS that apt offers, for a PostgreSQL already installed where there is one."""
    found = (
        subprocess.run(
            ["apt-cache", "pkgnames", "postgresql-"], capture_output=True, text=True, check=False
        ).stdout.split()
        if shutil.which("apt-cache")
        else []
    )
    offered = {int(match[1]) for name in found if (match := POSTGIS_PACKAGE.match(name))}
    offered = {version for version in offered if version >= postgres.OLDEST_VERSION}
    installed = {one.version for one in postgres.installations()} & offered
    version = max(installed or offered, default=_release_default())
    return (f"postgresql-{version}", f"postgresql-{version}-postgis-3")


def _release_default() -> int:
    """Return the PostgreSQL version of this release: a bare machine's package lists are empty."""
    release = Path("/etc/os-release").read_text() if Path("/etc/os-release").exists() else ""
    known = {"bookworm": 15, "trixie": 17, "noble": 16}
    return next((version for name, version in known.items() if name in release), postgres.OLDEST_VERSION)


def _root_prefix() -> list[str] | None:
    """Return what to put before a command to run it as root; None when that is not possible."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None
