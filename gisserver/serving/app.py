"""The application of a web worker, as granian loads it: Django behind the gateway, the hub beside it."""

from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from gisserver.serving.gateway import Gateway
from gisserver.serving.hub import Hub
from gisserver.wsgi import application
from grids.news import NEXT_CHANGE
from layers.services import reading_room

# Of Django's parameters those that say where the database is; the others are for its own cursors.
_OWN = {"cursor_factory", "context", "prepare_threshold"}


async def _connect() -> psycopg.AsyncConnection[Any]:
    parameters = {name: value for name, value in connection.get_connection_params().items() if name not in _OWN}
    return await psycopg.AsyncConnection.connect(**{**parameters, "autocommit": True})


gateway = Gateway(application, Hub(_connect, upcoming=NEXT_CHANGE), threads=settings.WEB_THREADS, folder=reading_room())
