"""Settings of `make run` and of a developer's shell: the production settings, on loopback."""

from gisserver.settings.base import *  # noqa: F403
