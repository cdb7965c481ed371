"""What granian loads in each web worker: the gateway, in a process that ends with granian itself."""

import signal

from gisserver.runtime.processes import die_with_parent

# granian does not notice in time when its main process is killed: the worker would keep the port.
die_with_parent(signal.SIGKILL)

from gisserver.common.collecting import collect_rarely  # noqa: E402
from gisserver.serving.app import gateway  # noqa: E402

collect_rarely()

__all__ = ["gateway"]
