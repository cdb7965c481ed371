"""What granian loads in each web worker: the application, in a process that ends with granian itself."""

import gc
import signal

from gisserver.runtime.processes import die_with_parent

# granian does not notice in time when its main process is killed: the worker would keep the port.
die_with_parent(signal.SIGKILL)

from gisserver.wsgi import application  # noqa: E402

# What has been loaded stays for good: the collector need not walk it again and again while a redraw is replayed or a
# file geocoded, nor look for cycles after every 700 objects (a fifth to a third of the time of such work).
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)

__all__ = ["application"]
