"""Every setting of the server, grouped; the environment is read here and nowhere else."""

import contextlib
import os
import re
import secrets
import sys
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

# pyogrio carries its own GDAL and must be loaded before GeoDjango opens that library,
# or its GDAL data files are not found (docs/adr/0005-wheel-libraries.md).
import pyogrio
import shapely
from django.core.exceptions import ImproperlyConfigured

from gisserver.settings.database import database_from_url

BASE_DIR = Path(__file__).resolve().parents[2]

# --- Home: everything that one deployment writes lives below it ------------------------------
GISSERVER_HOME = Path(os.environ.get("GISSERVER_HOME", BASE_DIR / "var")).resolve()


def _secret_key() -> str:
    """Return SECRET_KEY from the environment, or the one kept in the home, made at first use."""
    given = os.environ.get("SECRET_KEY")
    if given:
        return given
    path = GISSERVER_HOME / "secret_key"
    try:
        if not path.exists():
            _make_secret_key(path)
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The home {GISSERVER_HOME} cannot be used ({error.strerror}): name another one with GISSERVER_HOME=/path."
        ) from error


def _make_secret_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_text(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        os.link(temporary, path)  # the first of two starters wins, the other reads its key
    temporary.unlink()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]

# --- Geometry --------------------------------------------------------------------------------
# One projected CRS in metres per deployment; fixed when the database is made, checked at start (law 2).
SURVEY_SRID = int(os.environ.get("SURVEY_SRID", "4547"))
# A point outside every grid goes to the nearest one within this distance, flagged (law 3).
NEAREST_TOLERANCE_M = float(os.environ.get("NEAREST_TOLERANCE_M", "50"))
# The wheels' own libraries: no system GDAL or GEOS is needed (docs/adr/0005-wheel-libraries.md).
_SITE = Path(pyogrio.__file__).parents[1]
GDAL_LIBRARY_PATH = str(next((_SITE / "pyogrio.libs").glob("libgdal-*.so*")))
GEOS_LIBRARY_PATH = str(next((Path(shapely.__file__).parents[1] / "shapely.libs").glob("libgeos_c-*.so*")))

# --- Applications ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "procrastinate.contrib.django",
    "django_linear_migrations",
    "gisserver.apps.GisserverConfig",
    "gisserver.common.apps.CommonConfig",
    "gisserver.common.access.apps.AccessConfig",
    "gisserver.common.jobs.apps.JobsConfig",
    "gisserver.common.webhooks.apps.WebhooksConfig",
    "layers.apps.LayersConfig",
    "rasters.apps.RastersConfig",
    "tiles.apps.TilesConfig",
    "grids.apps.GridsConfig",
    "buildings.apps.BuildingsConfig",
    "incidents.apps.IncidentsConfig",
]
MIDDLEWARE = [
    "gisserver.common.web.observed.ObservedMiddleware",
    "gisserver.common.web.problems.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gisserver.common.access.credentials.middleware.TokenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "gisserver.urls"
WSGI_APPLICATION = "gisserver.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "gisserver" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database --------------------------------------------------------------------------------
# Which kind of process this is (web, job, command): it decides how long a statement may take.
PROCESS = os.environ.get("GISSERVER_PROCESS", "command")
DATABASES: dict[str, Any] = {
    "default": database_from_url(os.environ.get("DATABASE_URL", ""), home=GISSERVER_HOME, process=PROCESS)
}

# --- Access ----------------------------------------------------------------------------------
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
TOKEN_LIFETIME_HOURS = 24 * 30
# Collections that anyone may see without a login (law 7: default none).
PUBLIC_LAYERS = [name for name in os.environ.get("PUBLIC_LAYERS", "").split(",") if name]
# The file of the font that maps are labelled with; without any, one of the system's, or the reader's own fonts.
GLYPH_FONT = os.environ.get("GLYPH_FONT", "")
# Layers whose lines and outlines proposed borders follow; without any, uploads called roads, rivers, land use, blocks.
BORDER_LAYERS = [name for name in os.environ.get("BORDER_LAYERS", "").split(",") if name]


def _networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Return the networks that a variable names: 10.0.0.0/8,127.0.0.1/32."""
    try:
        return [ip_network(each) for each in os.environ.get(name, "").split(",") if each]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from error


# Networks to which webhooks may go beside the public internet, by plain HTTP too.
WEBHOOK_NETWORKS = _networks("WEBHOOK_NETWORKS")
# Proxies whose word for the site's address counts: Forwarded, X-Forwarded-Host, -Proto and -Prefix.
TRUSTED_PROXIES = _networks("TRUSTED_PROXIES")
# Sites whose pages may read tiles, styles, features and geocoding here: https://map.example,https://plan.example:8443.
CORS_ORIGINS = [origin for origin in os.environ.get("CORS_ORIGINS", "").split(",") if origin]
for _origin in CORS_ORIGINS:
    if not re.fullmatch(r"https?://[a-z0-9.\-]+(:[0-9]+)?|https?://\[[0-9a-f:.]+\](:[0-9]+)?", _origin):
        raise ImproperlyConfigured(f"CORS_ORIGINS: {_origin!r} is no origin such as https://map.example")
# Every door that takes a password asks this one, which brakes guessing.
AUTHENTICATION_BACKENDS = ["gisserver.common.access.credentials.backends.BrakedBackend"]
# Whether X-Forwarded-For is a proxy's word; anybody can send one to a server that stands alone.
BEHIND_PROXY = False
SESSION_ENGINE = "gisserver.common.access.credentials.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# A whole GeoPackage may be uploaded; what DRF parses in memory is bounded apart from it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "gisserver.common.access.credentials.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "gisserver.runtime.admin_file.DropsTheGenerated"},
    {"NAME": "gisserver.common.access.credentials.passwords.NotesTheChange"},
]

# --- REST ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["gisserver.common.access.credentials.authentication.RequestUserAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["gisserver.common.access.permissions.Permitted"],
    "DEFAULT_SCHEMA_CLASS": "gisserver.openapi.DoorSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "gisserver.common.web.problems.drf_exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
# /ogc and /ogc/ are both asked for by real clients; the routes below it begin with the slash.
SILENCED_SYSTEM_CHECKS = ["urls.W002"]
SPECTACULAR_SETTINGS = {
    "TITLE": "gisserver",
    "DESCRIPTION": "Spatial server for grid-based community management.",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # What follows it names the group of a door (buildings, grids, …).
    "SCHEMA_PATH_PREFIX": "/(api/)?",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    # Else two lists of choices for a member called status would be named by a number.
    "ENUM_NAME_OVERRIDES": {
        "BuildingKindEnum": "buildings.models.BuildingKind",
        "BuildingStatusEnum": "buildings.models.BuildingStatus",
        "LegalPersonKindEnum": "buildings.models.LegalPersonKind",
        "LegalPersonStatusEnum": "buildings.models.LegalPersonStatus",
        "JobStatusEnum": "gisserver.common.jobs.models.JobStatus",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "gisserver.openapi.in_the_language_asked",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Tiles -----------------------------------------------------------------------------------
# What each web process keeps of finished tiles: some thousands, enough for what a district looks at in an hour.
TILE_CACHE_BYTES = int(os.environ.get("TILE_CACHE_BYTES", str(128 * 1024 * 1024)))

# --- Serving ---------------------------------------------------------------------------------
# How many processes run Django behind the front; each has the threads of `gisserver/serving/limits.py`.
WEB_WORKERS = int(os.environ.get("WEB_WORKERS", str(min(max(2, os.cpu_count() or 1), 8))))

# --- OGC API ---------------------------------------------------------------------------------
# Above this estimate of PostgreSQL's planner a page of features doesn't say how many match.
COUNT_COST = float(os.environ.get("COUNT_COST", "50000"))
# Whether features may be edited by who doesn't say of which version (If-Match), as QGIS does; then the last one wins.
EDITS_WITHOUT_IF_MATCH = os.environ.get("EDITS_WITHOUT_IF_MATCH", "") == "1"

# --- Open311 ---------------------------------------------------------------------------------
# The jurisdiction_id that this server is, in GeoReport; whatever is said is right where none is set.
OPEN311_JURISDICTION = os.environ.get("OPEN311_JURISDICTION", "")

# --- Codes -----------------------------------------------------------------------------------
# What a code must match in full, by its scheme or by what it names; where nothing is set any printable text will do. A
# city with codes of its own says, for example, GRID_CODE_PATTERN='[0-9]{15}' and SZ19_CODE_PATTERN='[0-9]{19}'.
CODE_PATTERNS = {
    name.removesuffix("_CODE_PATTERN").lower(): pattern
    for name, pattern in os.environ.items()
    if name.endswith("_CODE_PATTERN") and pattern
}

# --- Language, time, files -------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "gisserver" / "locale"]
USE_TZ = True
TIME_ZONE = os.environ.get("TIME_ZONE", "Asia/Shanghai")
STATIC_URL = "/static/"
# Served from where the packages lie, found once at start; prod.py collects and compresses them instead.
WHITENOISE_USE_FINDERS = True
# npm packages are served as npm installed them (`npm ci`); no copy of them is kept in the repository.
NPM_PACKAGES = ("maplibre-gl", "terra-draw", "terra-draw-maplibre-gl-adapter")
STATICFILES_DIRS = [
    BASE_DIR / "gisserver" / "static",
    *((f"npm/{name}", BASE_DIR / "node_modules" / name / "dist") for name in NPM_PACKAGES),
]

# --- Logs (docs/observability.md) ------------------------------------------------------------
# Lines of JSON, or short ones for a terminal.
LOG_FORMAT = os.environ.get("LOG_FORMAT") or ("short" if sys.stderr.isatty() else "json")
if LOG_FORMAT not in {"json", "short"}:
    raise ImproperlyConfigured(f"LOG_FORMAT must be json or short, not {LOG_FORMAT!r}")
# A statement of a request that takes longer is logged with its door.
SLOW_QUERY_MS = float(os.environ.get("SLOW_QUERY_MS", "500"))
# Where the lines about security go: a file of the home, or the standard error.
SECURITY_LOG = os.environ.get("SECURITY_LOG", "file")
if SECURITY_LOG not in {"file", "stderr"}:
    raise ImproperlyConfigured(f"SECURITY_LOG must be file or stderr, not {SECURITY_LOG!r}")
# Whether spans are sent to an OpenTelemetry collector.
TRACES = any(os.environ.get(f"OTEL_EXPORTER_OTLP_{each}") for each in ("ENDPOINT", "TRACES_ENDPOINT"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_rows": {"()": "gisserver.common.logs.WithoutRows"}},
    "formatters": {
        "json": {"()": "gisserver.common.logs.JsonLines"},
        "short": {"()": "gisserver.common.logs.ShortLines"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["without_rows"]},
        "events": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT},
        "security_stderr": {"class": "logging.StreamHandler", "formatter": "json"},
        "security_file": {
            "class": "gisserver.common.logs.SharedFile",
            "filename": str(GISSERVER_HOME / "log" / "security.log"),
            "formatter": "json",
        },
    },
    "loggers": {
        # It misses the drivers that OGR_SKIP keeps from pyogrio's newer GDAL.
        "rasterio._env": {"level": "ERROR"},
        "gisserver.slow_queries": {"handlers": ["events"], "level": "WARNING", "propagate": False},
        "gisserver.security": {"handlers": [f"security_{SECURITY_LOG}"], "level": "INFO", "propagate": False},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
