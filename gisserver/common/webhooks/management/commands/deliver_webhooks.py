"""`manage.py deliver_webhooks`: tell webhooks of changes until it is ended; `make run` does."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from gisserver.common.webhooks.process import Deliverer


class Command(BaseCommand):
    """Deliver."""

    help = "Tell webhooks of changes, until SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until somebody ends it; what is under way is sent again by the next one."""
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        Deliverer().run(stop)
