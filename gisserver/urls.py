"""Every door of the server; the only place that knows them all (DESIGN §6)."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from gisserver import views
from gisserver.common.access.account import AccountView
from gisserver.common.access.views import AdminSignInForm, IssuedTokenView, SignInView, TokensView, TokenView
from gisserver.common.changes.api import ChangesView
from gisserver.common.sentences import Sentence
from gisserver.common.web.problems import failed_problem, problem_body, problem_response
from gisserver.serving.workers.change_stream import ChangeStreamView
from gisserver.serving.workers.events import events

admin.site.login_form = AdminSignInForm
api: list[URLPattern | URLResolver] = [
    path("auth/token/", TokenView.as_view()),
    path("auth/tokens/", TokensView.as_view()),
    path("auth/tokens/<int:token_id>/", IssuedTokenView.as_view()),
    path("events", events),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema")),
    path("changes", ChangesView.as_view()),
    path("changes/stream", ChangeStreamView.as_view()),
    path("", include("gisserver.common.jobs.api.urls")),
    path("", include("gisserver.common.webhooks.api.urls")),
    path("", include("grids.api.urls")),
    path("", include("buildings.api.urls")),
    path("", include("incidents.api.urls")),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.map_page, name="map"),
    path("desk/", RedirectView.as_view(url="/desk/reviews/")),
    *[
        path(f"desk/{page}/", views.desk_page, {"page": page})
        for page in ("reviews", "households", "imports", "layers", "dispatch")
    ],
    path("desk/buildings/<int:building_id>/", views.desk_page, {"page": "house"}),
    path("login/", SignInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/", AccountView.as_view(), name="account"),
    path("i18n/", include("django.conf.urls.i18n")),
    # The old password is asked, and braked, in one place.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account")),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("metrics", views.metrics),
    path("api/", include(api)),
    path("open311/v2/", include("incidents.api.open311.urls")),
    path("geocode/", include("buildings.api.geocode_urls")),
    path("", include("layers.urls")),
    path("", include("rasters.urls")),
    path("", include("tiles.urls")),
]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that no door has."""
    return problem_response(
        request, problem_body(404, "not_found", Sentence("There is nothing at {path}.", path=request.path[:200]))
    )


handler404 = not_found
handler500 = failed_problem
