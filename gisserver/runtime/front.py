"""What granian loads: the front, in a process that ends with granian itself."""

import signal

from gisserver.runtime.processes import die_with_parent
from gisserver.serving.front.application import Application

# granian does not notice in time when its main process is killed: this one would keep the port.
die_with_parent(signal.SIGKILL)

front = Application()
