"""Martin: vector tiles from PostGIS, in Rust. It knows no users and no versions of tiles."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from bench.serving.running import HOST, free_port, listening
from bench.serving.stage import Missing

VERSION = "1.14.0"
NAME = f"Martin {VERSION}"
INSTALL = ("install", "martin", "--version", VERSION, "--locked", "--no-default-features", "--features")
FEATURES = "postgres,metrics"
# Of each view: the type of its geometry and of its attributes, and the zooms at which our layers have it.
LAYERS = {
    "grids": (
        "MULTIPOLYGON",
        9,
        {"code": "text", "name": "text", "kind": "text", "community": "text", "area_m2": "float8"},
    ),
    "buildings": ("MULTIPOLYGON", 13, {"name": "text", "kind": "text", "floors": "int2", "height_m": "float8"}),
    "incidents": ("POINT", 8, {"occurred_at": "timestamptz", "type": "text", "status": "text", "title": "text"}),
}
LAYER = """
    {name}:
      layer_id: {name}
      schema: bench
      table: {name}
      srid: 3857
      geometry_column: geom
      geometry_type: {geometry}
      id_column: id
      minzoom: {minzoom}
      maxzoom: 20
      extent: 4096
      buffer: 64
      clip_geom: true
      properties: {properties}
"""


@contextlib.contextmanager
def martin(url: str, *, cache_mb: int) -> Iterator[str]:
    """Yield the address of a Martin on the views, with a cache of so many MB. Raises Missing."""
    program = _program()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "martin.yaml"
        config.write_text(_config(url, port, cache_mb))
        command = [program, "--config", str(config)]
        with listening(command, port, folder=Path(folder), ready="health") as address:
            yield address


def _config(url: str, port: int, cache_mb: int) -> str:
    parts = conninfo_to_dict(url)
    socket = str(parts["host"]).replace("/", "%2F")
    layers = "".join(
        LAYER.format(
            name=name,
            geometry=geometry,
            minzoom=minzoom,
            properties="{" + ", ".join(f"{key}: {kind}" for key, kind in columns.items()) + "}",
        )
        for name, (geometry, minzoom, columns) in LAYERS.items()
    )
    return (
        f"listen_addresses: '{HOST}:{port}'\nworker_processes: {os.cpu_count()}\ncache_size_mb: {cache_mb}\n"
        f"postgres:\n  connection_string: 'postgresql://{parts['user']}@{socket}:{parts['port']}/{parts['dbname']}'\n"
        f"  auto_publish: false\n  pool_size: 20\n  tables:{layers}"
    )


def _program() -> str:
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo") / "bin"
    found = shutil.which("martin") or shutil.which("martin", path=str(home))
    if found:
        return _of_our_version(found)
    cargo = shutil.which("cargo") or shutil.which("cargo", path=str(home))
    if cargo is None:
        raise Missing("it is not installed, nor is cargo, which would build it")
    print(f"{NAME} is built by cargo, which takes 25 minutes of one processor.", flush=True)
    if subprocess.run([cargo, *INSTALL, FEATURES], check=False).returncode:  # noqa: S603
        raise Missing("cargo could not build it; its reasons are above")
    return str(home / "martin")


def _of_our_version(program: str) -> str:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    if VERSION not in told:
        print(f"The installed Martin is another one: {told.strip()}, not {VERSION}.", flush=True)
    return program
