"""All that answers requests: the front and the application, as children of one supervisor."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from .home import SOCKET_PATH_MAX_BYTES, Home, home_from_environment
from .processes import adopt_orphans, allow_files
from .supervisor import Child, Stop, Supervisor, ignore_signals, launch, on_signals_stop, stop_family
from .web_command import application_command, front_command

TREE = Path(__file__).resolve().parents[2]


def children(
    python: Path, tree: Path, environment: Mapping[str, str], *, host: str, port: int, front_socket: Path
) -> tuple[Child, Child]:
    """Return the front and the application. Workers of the application end with the caller of this."""
    told = {**environment, "FRONT_SOCKET": str(front_socket), "SUPERVISOR": str(os.getpid())}
    front = front_command(python, host=host, port=port)

    def start_application() -> subprocess.Popen[bytes]:
        former = {} if application.former is None else {"PREDECESSOR": str(application.former.pid)}
        return launch(application_command(python), env={**told, **former}, cwd=tree)

    application = Child("The application", start_application, stop_unless_killed)
    return Child("The front", lambda: launch(front, env=told, cwd=tree), stop_unless_killed), application


def stop_unless_killed(process: subprocess.Popen[bytes]) -> None:
    """End the front or the application; when it has been killed, its children answer until the next ones take over."""
    if process.poll() is None:
        stop_family(process)


def front_socket(home: Home) -> Path:
    """Return where the workers find the front: in the home, or in a new private folder when its path is too long."""
    path = home.root / "front.socket"
    if len(os.fsencode(path)) <= SOCKET_PATH_MAX_BYTES:
        return path
    return Path(tempfile.mkdtemp(prefix="gis-")) / path.name


def remove_front_socket(path: Path, home: Home) -> None:
    """Remove what `front_socket` made."""
    path.unlink(missing_ok=True)
    if path.parent != home.root:
        shutil.rmtree(path.parent, ignore_errors=True)


def main(arguments: list[str]) -> None:
    """Serve on a host and a port until SIGTERM or Ctrl-C; the database is somebody else's."""
    host, port = arguments
    on_signals_stop()
    adopt_orphans()
    allow_files()
    home = home_from_environment(TREE)
    home.create()
    family, path = Supervisor(), front_socket(home)
    environment = {**os.environ, "GISSERVER_HOME": str(home.root)}
    try:
        front, application = children(
            Path(sys.executable), TREE, environment, host=host, port=int(port), front_socket=path
        )
        family.add(front)
        family.add(application)
        family.reload_on_signal(application)
        family.watch()
    except Stop:
        pass
    finally:
        ignore_signals()
        family.stop()
        remove_front_socket(path, home)


if __name__ == "__main__":
    main(sys.argv[1:])
