"""Databases in the cluster that the tests run on, as other processes are told of them."""

from urllib.parse import quote, urlencode

from django.conf import settings


def cluster_url(name: str) -> str:
    """Return the address of a database in the cluster that the tests run on."""
    database = settings.DATABASES["default"]
    host, port = str(database["HOST"] or ""), str(database["PORT"] or "")
    words = {"host": host, "port": port, "user": database["USER"], "password": database["PASSWORD"]}
    query = urlencode({word: value for word, value in words.items() if value}, quote_via=quote)
    return f"postgresql:///{name}?{query}"
