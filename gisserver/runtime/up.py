"""`up`: from an installed tree to a served district, and to the end of everything."""

import contextlib
import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import cluster as clusters
from . import postgres, prepared, processes, supervisor, tuning
from .account import database_account
from .home import (
    Home,
    embedded_url,
    home_from_environment,
    make_socket_directory,
    remove_socket_directory,
    take_lock,
    write_note,
)
from .say import Problem, say
from .web import children, front_socket, remove_front_socket

WEB_READY_S = 60.0
PORT_FREE_S = 3.0
# What runs beside the web server. A long job must not keep webhooks waiting, so these are two.
IN_THE_BACKGROUND = {
    "The job worker": ("procrastinate", "worker", "--shutdown-graceful-timeout", "3"),
    "The webhooks": ("deliver_webhooks",),
}


@dataclass(frozen=True, slots=True)
class Site:
    """What one server is told: its tree, its interpreter, its home and its address."""

    tree: Path
    python: Path
    home: Home
    host: str
    port: int

    @property
    def address(self) -> str:
        """The URL for a browser on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{host}:{self.port}/"


def site_from_environment(tree: Path, python: Path) -> Site:
    """Read HOST, PORT and GISSERVER_HOME. Raises Problem for a PORT that is none."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise Problem(f"PORT must be a number from 1 to 65535, not {given!r}")
    host = os.environ.get("HOST") or "127.0.0.1"
    return Site(tree=tree, python=python, home=home_from_environment(tree), host=host, port=int(given))


def up(site: Site, *, under_make: bool = False) -> None:
    """Serve until Ctrl-C or SIGTERM; everything that was started has ended when this returns.

    ``under_make`` says that the parent is make and wants its interrupts heard.
    Raises Problem when the home is taken, the port is in use, or a part does not start.
    """
    site.home.create()
    with contextlib.closing(take_lock(site.home, address=site.address)) as lock:
        supervisor.on_signals_stop()
        processes.adopt_orphans()
        processes.allow_files()
        family, link = supervisor.Supervisor(), front_socket(site.home)
        if under_make and processes.catches(os.getppid(), signal.SIGINT):
            family.asked_to_stop = _make_was_interrupted
        try:
            _serve(site, family, link)
        except supervisor.Stop:
            say("\nStopping …")
        finally:
            supervisor.ignore_signals()
            write_note(lock, pid=os.getpid(), address=site.address, stopping=True)
            family.stop()
            _end_leftovers(site.home)
            remove_socket_directory(site.home)
            remove_front_socket(link, site.home)
    say("Everything has ended.")


def _serve(site: Site, family: supervisor.Supervisor, link: Path) -> None:
    _end_leftovers(site.home)
    check_port(site.host, site.port)
    site.home.begin_counting()
    environment = environment_of(site)
    if "DATABASE_URL" not in environment:
        family.add(embedded_database(site.home))
    front, application = children(
        site.python, site.tree, environment, host=site.host, port=site.port, front_socket=link
    )
    state = prepared.state_of(site.tree, environment)
    if prepared.is_noted(site.home, state):
        family.add(application)  # nothing has changed since the last start: loading overlaps with looking again
        _prepare(site, environment)
    else:
        _prepare(site, environment)
        family.add(application)
        prepared.note(site.home, state)
    family.add(front)
    _wait_for_web(site, family)
    for name, command in IN_THE_BACKGROUND.items():
        family.add(supervisor.Child(name, partial(_beside, site, environment, command), supervisor.stop_family))
    family.reload_on_signal(application)
    say(f"\ngisserver is ready: {site.address}")
    if site.home.admin.exists():
        say(f"  The administrator's name and password are in {site.home.admin} (until another password is set)")
    say("  Ctrl-C ends it.")
    family.watch()


def embedded_database(home: Home) -> supervisor.Child:
    """Return the home's own cluster as a supervised child; made now when it does not exist.

    Writes the URL by which the settings find it. Raises Problem when no fitting PostgreSQL is installed.
    """
    account = database_account(home.data)
    programs = programs_for(home.data)
    cluster = clusters.Cluster(data=home.data, programs=programs, account=account, log=home.log / "postgres.log")
    if not cluster.exists:
        say(f"Making the database in {home.data} (PostgreSQL {programs.version}, as {account.name})")
        cluster.create()
    sockets = make_socket_directory(home, uid=account.uid, gid=account.gid)
    memory_bytes, processors = tuning.machine()
    parameters = tuning.settings(sockets=sockets, memory_bytes=memory_bytes, processors=processors)
    home.database_url.write_text(embedded_url(sockets) + "\n")
    return supervisor.Child(
        "The database", lambda: cluster.start(sockets=sockets, parameters=parameters), clusters.stop
    )


def programs_for(data: Path) -> postgres.Installation:
    """Return the programs for the cluster in ``data``: of its version, or the newest for a new one."""
    mark = data / "PG_VERSION"
    version = int(mark.read_text()) if mark.exists() else None
    found = postgres.suitable(postgres.installations(), version=version)
    if found is None and version is not None:
        raise Problem(
            f"The database in {data} was made by PostgreSQL {version}, which is no longer installed: "
            f"sudo apt-get install -y postgresql-{version} postgresql-{version}-postgis-3"
        )
    if found is None:
        raise Problem(f"PostgreSQL {postgres.OLDEST_VERSION} or newer with PostGIS is not installed: make install")
    return found


def check_port(host: str, port: int) -> None:
    """Raise Problem when something else listens there; what is just ending gets a moment."""
    if not processes.wait_until(lambda: _port_is_free(host, port), timeout_s=PORT_FREE_S):
        raise Problem(f"Port {port} on {host} is in use by another program. Choose another: PORT={port + 1} make run")


def _port_is_free(host: str, port: int) -> bool:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise Problem(f"HOST={host} is no address of this machine: {error.strerror}") from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError as error:
            raise Problem(f"Port {port} needs root: choose one from 1024 on, PORT=8000 make run") from error
        except OSError:
            return False
    return True


def environment_of(site: Site) -> dict[str, str]:
    """Return the environment of every process of the server; what names the home is set in this process too."""
    own = {processes.MARK: str(site.home.root), "GISSERVER_HOME": str(site.home.root)}
    own["PROMETHEUS_MULTIPROC_DIR"] = str(site.home.figures)  # read when prometheus_client is loaded
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH" and value}
    environment.setdefault("DJANGO_SETTINGS_MODULE", "gisserver.settings.dev")
    os.environ.update(own)  # the database's processes get them from here
    return {**environment, **own, "PYTHONUNBUFFERED": "1"}


def _prepare(site: Site, environment: dict[str, str]) -> None:
    """Run the Django side of a start to its end; its words go to the terminal as they come."""
    child = supervisor.launch([str(site.python), "-m", "gisserver.runtime.prepare"], env=environment, cwd=site.tree)
    with _ended_with(child):
        code = child.wait()
    if code:
        raise Problem("The database could not be prepared; the reason is above.")


@contextlib.contextmanager
def _ended_with(child: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        supervisor.stop_family(child)
        raise


def _beside(site: Site, environment: dict[str, str], command: Sequence[str]) -> subprocess.Popen[bytes]:
    whole = [str(site.python), "manage.py", *command]
    return supervisor.launch(whole, env={**environment, "GISSERVER_PROCESS": "job"}, cwd=site.tree)


def _wait_for_web(site: Site, family: supervisor.Supervisor) -> None:
    def answered() -> bool:
        family.look()
        return _answers(f"{site.address}readyz")

    if not processes.wait_until(answered, timeout_s=WEB_READY_S, poll_s=0.1):
        raise Problem(f"The web server did not come to answer {site.address}readyz well in {WEB_READY_S:.0f} s.")


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
    return True


def _make_was_interrupted() -> bool:
    """Whether make alone got an interrupt: it drops its handler and waits for us, without passing it on."""
    return not processes.catches(os.getppid(), signal.SIGINT)


def _end_leftovers(home: Home) -> None:
    """End what carries this home's mark: descendants that outlived a killed parent."""
    processes.end(processes.marked(home.root), signals=((signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)))
