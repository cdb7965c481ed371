"""nginx: what a file costs that is only sent, and an answer that is only said."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.serving.running import HOST, free_port, listening
from bench.serving.stage import Missing

NAME = "nginx"
CONFIG = """
daemon off; pid {folder}/pid; error_log stderr warn; worker_processes {count}; {user}
events {{ worker_connections 4096; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
    uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    server {{
        listen {host}:{port} backlog=4096;
        location = /healthz {{ default_type application/json; return 200 '{{"status": "ok"}}'; }}
        location / {{
            root {folder}/files; default_type application/vnd.mapbox-vector-tile; add_header Content-Encoding gzip;
        }}
    }}
}}
"""


@contextlib.contextmanager
def nginx(tile: bytes) -> Iterator[str]:
    """Yield the address of an nginx that has ``tile`` at /tile. Raises Missing."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise Missing("it is not installed (apt-get install nginx-light)")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "files").mkdir()
        (Path(folder) / "files" / "tile").write_bytes(tile)
        user = "user root;" if os.geteuid() == 0 else ""
        config = Path(folder) / "nginx.conf"
        config.write_text(CONFIG.format(folder=folder, count=os.cpu_count(), user=user, host=HOST, port=port))
        command = [program, "-c", str(config), "-e", "stderr"]
        with listening(command, port, folder=Path(folder), ready="healthz") as address:
            yield address
