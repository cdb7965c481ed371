"""Settings behind a TLS proxy: cookies only over HTTPS, the proxy's word for the scheme is believed."""

from gisserver.settings.base import *  # noqa: F403

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
