"""Where one deployment keeps its things: the home, its lock, and the database's socket directory."""

import fcntl
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from .say import Problem

# sockaddr_un holds 108 bytes, the last one being NUL; PostgreSQL appends this name to the directory.
SOCKET_PATH_MAX_BYTES = 107
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PORT = 5432
STOPPING_WAIT_S = 20.0
ROLE = "gisserver"
DATABASE = "gisserver"


@dataclass(frozen=True, slots=True)
class Home:
    """The paths below one GISSERVER_HOME."""

    root: Path

    @property
    def data(self) -> Path:
        """The PostgreSQL data directory."""
        return self.root / "postgres"

    @property
    def log(self) -> Path:
        """The directory of the log files."""
        return self.root / "log"

    @property
    def figures(self) -> Path:
        """The directory in which every process counts for `/metrics` (prometheus_client's multiprocess mode)."""
        return self.root / "figures"

    @property
    def lock(self) -> Path:
        """The file whose lock the running server holds, with its process id and address in it."""
        return self.root / "lock"

    @property
    def socket_note(self) -> Path:
        """The file that names the database's socket directory, so that the next start can remove it."""
        return self.root / "socket_directory"

    @property
    def database_url(self) -> Path:
        """The file by which the settings find the embedded database."""
        return self.root / "database_url"

    @property
    def prepared(self) -> Path:
        """The file that remembers what the database was last prepared for."""
        return self.root / "prepared"

    @property
    def admin(self) -> Path:
        """The file with the generated administrator's name and password."""
        return self.root / "admin.txt"

    def create(self) -> None:
        """Make the directories, private to their owner. Raises Problem when that is not allowed."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.log.mkdir(mode=0o700, exist_ok=True)
            self.root.chmod(0o700)
        except OSError as error:
            raise Problem(
                f"The home {self.root} cannot be made or used: {error.strerror}. "
                "Choose another one with GISSERVER_HOME=/path make run, or start as the user who owns it."
            ) from error

    def begin_counting(self) -> None:
        """Empty the figures of an earlier run, before any process counts."""
        shutil.rmtree(self.figures, ignore_errors=True)
        self.figures.mkdir(mode=0o700)


def home_from_environment(base: Path) -> Home:
    """Return the home that GISSERVER_HOME names (``~`` is understood), or ``base/var``."""
    given = os.environ.get("GISSERVER_HOME")
    return Home(Path(given).expanduser().resolve() if given else base / "var")


def embedded_url(sockets: Path) -> str:
    """Return the DATABASE_URL of the cluster that listens in the directory ``sockets``."""
    return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(sockets), safe='/')}&port={SOCKET_PORT}"


def take_lock(home: Home, *, address: str) -> IO[str]:
    """Take the home for this process until the returned file is closed; the kernel frees it at any death.

    Waits for a server that is just stopping. Raises Problem naming the process that has the home.
    """
    handle = home.lock.open("a+")
    deadline = time.monotonic() + STOPPING_WAIT_S
    while not _locked(handle):
        holder = _read_note(handle)
        if not holder.get("stopping") or time.monotonic() > deadline:
            handle.close()
            raise Problem(
                f"A server is already running on the home {home.root} "
                f"(process {holder.get('pid', 'unknown')}, {holder.get('address', 'still starting')}). "
                "Stop it first, or start this one on another: GISSERVER_HOME=/other/path PORT=8001 make run"
            )
        time.sleep(0.1)
    write_note(handle, pid=os.getpid(), address=address)
    return handle


def write_note(handle: IO[str], **note: object) -> None:
    """Write into the lock file who holds it, for the next one that asks."""
    handle.seek(0)
    handle.truncate()
    json.dump(note, handle)
    handle.flush()


def _read_note(handle: IO[str]) -> dict[str, Any]:
    handle.seek(0)
    try:
        note = json.load(handle)
    except ValueError:  # its holder is writing it this moment
        return {}
    return note if isinstance(note, dict) else {}


def _locked(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def make_socket_directory(home: Home, *, uid: int, gid: int) -> Path:
    """Make a short private directory for the database's socket, and note it in the home.

    A socket's path has 107 bytes at most, which a home deep in the tree exceeds; so it lies in the
    system's temporary directory. The one of a run that was killed is removed.
    """
    remove_socket_directory(home)
    for place in dict.fromkeys([tempfile.gettempdir(), "/tmp", "/var/tmp"]):  # noqa: S108 a private directory in it
        if Path(place).is_dir() and _fits(place) and (os.geteuid() == uid or _open_to_all(Path(place))):
            directory = Path(tempfile.mkdtemp(prefix="gis-", dir=place))
            os.chown(directory, uid, gid)
            home.socket_note.write_text(str(directory))
            return directory
    raise Problem("No directory for the database's socket: neither /tmp nor /var/tmp can be used.")


def remove_socket_directory(home: Home) -> None:
    """Remove the socket directory that the home's note names, if any."""
    if home.socket_note.exists():
        noted = Path(home.socket_note.read_text().strip())
        if noted.name.startswith("gis-"):  # never more than what this module made
            shutil.rmtree(noted, ignore_errors=True)
        home.socket_note.unlink()


def _fits(place: str) -> bool:
    return len(os.fsencode(f"{place}/gis-xxxxxxxx/{SOCKET_NAME}")) <= SOCKET_PATH_MAX_BYTES


def _open_to_all(place: Path) -> bool:
    """Whether every account may pass through ``place`` and all directories above it."""
    return all(directory.stat().st_mode & 0o001 for directory in (place, *place.parents))
