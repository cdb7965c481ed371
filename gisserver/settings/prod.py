"""Settings behind a TLS proxy: cookies only over HTTPS, the proxy's word for the scheme is believed."""

from gisserver.settings.base import *  # noqa: F403
from gisserver.settings.base import BASE_DIR

BEHIND_PROXY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

# The image collects the static files once, compressed, and the server reads nothing else. Where nobody has collected
# them, as under `make run`, they are served from where they lie.
STATIC_ROOT = BASE_DIR / "static-collected"
WHITENOISE_USE_FINDERS = not STATIC_ROOT.is_dir()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
