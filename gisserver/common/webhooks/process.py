"""The process that delivers: one for each database, with threads so that a slow receiver keeps no other waiting."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import OperationalError, connection

from gisserver.common.changes.feed import newest
from gisserver.common.webhooks import delivering

logger = logging.getLogger(__name__)

LOOK_S = 1.0
THREADS = 16
# Then another webhook has its turn.
TURN_S = 10.0
FORGET_S = 3600.0


class Deliverer:
    """Looks for what is due, and has a thread for each webhook that it is at."""

    def __init__(self) -> None:
        self._at: set[int] = set()
        self._pool = ThreadPoolExecutor(THREADS, "webhook")
        self._forgotten = -FORGET_S

    def run(self, stop: threading.Event) -> None:
        """Deliver until ``stop``; while the database is away, or another process delivers, wait."""
        while not stop.is_set():
            try:
                if self._alone():
                    self.look()
            except OperationalError as error:
                logger.warning("No webhooks are told just now (%s)", type(error).__name__)
                connection.close()
            stop.wait(LOOK_S)
        self._pool.shutdown(cancel_futures=True)

    def look(self) -> None:
        """Begin with every webhook that is due and that no thread is at."""
        for webhook_id in set(delivering.due(newest())) - self._at:
            self._at.add(webhook_id)
            self._pool.submit(self._work, webhook_id)
        if time.monotonic() - self._forgotten > FORGET_S:
            self._forgotten = time.monotonic()
            delivering.forget_old()

    def _work(self, webhook_id: int) -> None:
        until = time.monotonic() + TURN_S
        try:
            while delivering.deliver_next(webhook_id) and time.monotonic() < until:
                pass
        except OperationalError:
            logger.warning("Webhook %s waits for the database", webhook_id)
        except Exception:
            logger.exception("Webhook %s failed", webhook_id)
        finally:
            connection.close()
            self._at.discard(webhook_id)

    @staticmethod
    def _alone() -> bool:
        """Hold the right to deliver, which ends with this session of the database; False while another has it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('webhooks'), 0)")
            row = cursor.fetchone()
        return bool(row and row[0])
