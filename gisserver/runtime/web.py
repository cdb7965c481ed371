"""What granian loads in each web worker: the gateway, in a process that ends with granian itself."""

import signal

from gisserver.runtime.processes import die_with_parent

# granian does not notice in time when its main process is killed: the worker would keep the port.
die_with_parent(signal.SIGKILL)

from gisserver.serving.app import gateway  # noqa: E402

__all__ = ["gateway"]
