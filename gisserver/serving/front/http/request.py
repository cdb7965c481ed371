"""What RSGI says of a request, in the names of CGI, as the workers are told it."""

from typing import Any

from gisserver.common.observation import ENVIRON_ID
from gisserver.serving.front.http.forwarded import ForwardedScope

# Where CGI has a name of its own for a header.
_NAMES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def cgi_variables(scope: Any, known: str, size: int = 0) -> dict[str, str]:
    """Return a request's texts, its id ``known`` too; of a body of ``size`` bytes in chunks no header tells."""
    server, _, port = scope.server.rpartition(":")
    request = {
        "REQUEST_METHOD": scope.method,
        # PEP 3333: bytes as if they were Latin-1.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),  # programs write 坪山 as it is
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
        ENVIRON_ID: known,
    }
    if scope.authority:
        request["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # `x_forwarded_for` would pass for `x-forwarded-for`, which a proxy sets
        key = _NAMES.get(name) or "HTTP_" + name.upper().replace("-", "_")
        between = "; " if name == "cookie" else ","  # RFC 9113 §8.2.3
        request[key] = f"{request[key]}{between}{value}" if key in request and key != "HTTP_HOST" else value
    if isinstance(scope, ForwardedScope):
        request |= {"HTTP_HOST": scope.forwarded_host, "SCRIPT_NAME": scope.prefix}
    if size:
        request["CONTENT_LENGTH"] = str(size)
    return request
