"""What granian loads: the front."""

from gisserver.serving.front.application import Application

front = Application()
