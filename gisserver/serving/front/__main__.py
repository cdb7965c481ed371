"""granian's main process, which has loaded what the front needs: when the front is killed, its next one is a fork."""

from runpy import run_module

import gisserver.serving.front.app  # noqa: F401

if __name__ == "__main__":
    run_module("granian", run_name="__main__", alter_sys=True)
