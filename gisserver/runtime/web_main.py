"""granian's main process, which loads the application: its workers are forks of it, and begin at once.

So a worker that is killed is replaced in a fraction of a second, not in the seconds that loading takes, and workers
share the memory of what is loaded. Nothing here may open a connection to the database or start a thread of ours: a
fork would share the one and lack the other. Where Python does not fork (3.14 and later), each worker loads it all.
"""

import os
from importlib import import_module
from runpy import run_module

os.environ["GISSERVER_PROCESS"] = "web"  # the settings, read below, limit its statements

from django.conf import settings

import gisserver.wsgi  # noqa: F401
from gisserver.common.collecting import collect_rarely

import_module(settings.ROOT_URLCONF)  # the doors, which Django would load at the first request
collect_rarely()

if __name__ == "__main__":
    run_module("granian", run_name="__main__", alter_sys=True)
