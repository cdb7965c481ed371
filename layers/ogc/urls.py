"""The pages of the OGC API; each may be asked with or without a slash at its end."""

from django.urls import re_path

from layers.ogc.pages.api import ApiPage
from layers.ogc.pages.changes import ChangesPage
from layers.ogc.pages.collections import CollectionPage, CollectionsPage
from layers.ogc.pages.conformance import ConformancePage
from layers.ogc.pages.describing import FeatureSchemaPage, QueryablesPage, SchemaPage, SortablesPage
from layers.ogc.pages.download import DownloadPage
from layers.ogc.pages.item import ItemPage
from layers.ogc.pages.items import ItemsPage
from layers.ogc.pages.landing import LandingPage
from layers.ogc.pages.processes import ExecutionPage, JobPage, JobsPage, ProcessesPage, ProcessPage, ResultsPage
from layers.ogc.pages.statistics import StatisticsPage
from layers.ogc.pages.stored_queries import DefinitionPage, ParametersPage, QueriesPage, StoredQueryPage

app_name = "ogc"
_COLLECTION = r"^/collections/(?P<collection_id>[^/]+)"
_PROCESS, _JOB = r"^/processes/(?P<process_id>[^/]+)", r"^/jobs/(?P<job_id>[0-9]{1,18})"
_QUERY = r"^/query/(?P<query_id>[^/]+)"

urlpatterns = [
    re_path(r"^/?$", LandingPage.as_view(), name="landing"),
    re_path(r"^/api/?$", ApiPage.as_view(), name="api"),
    re_path(r"^/conformance/?$", ConformancePage.as_view(), name="conformance"),
    re_path(r"^/collections/?$", CollectionsPage.as_view(), name="collections"),
    re_path(r"^/query/?$", QueriesPage.as_view(), name="query"),
    re_path(rf"{_QUERY}/?$", StoredQueryPage.as_view(), name="stored-query"),
    re_path(rf"{_QUERY}/definition/?$", DefinitionPage.as_view(), name="query-definition"),
    re_path(rf"{_QUERY}/parameters(?:/(?P<name>[^/]+))?/?$", ParametersPage.as_view(), name="query-parameters"),
    re_path(r"^/processes/?$", ProcessesPage.as_view(), name="processes"),
    re_path(rf"{_PROCESS}/?$", ProcessPage.as_view(), name="process"),
    re_path(rf"{_PROCESS}/execution/?$", ExecutionPage.as_view(), name="execution"),
    re_path(r"^/jobs/?$", JobsPage.as_view(), name="jobs"),
    re_path(rf"{_JOB}/?$", JobPage.as_view(), name="job"),
    re_path(rf"{_JOB}/results/?$", ResultsPage.as_view(), name="results"),
    re_path(rf"{_COLLECTION}/?$", CollectionPage.as_view(), name="collection"),
    re_path(rf"{_COLLECTION}/items/?$", ItemsPage.as_view(), name="items"),
    re_path(rf"{_COLLECTION}/items/(?P<fid>[^/]+)/?$", ItemPage.as_view(), name="item"),
    re_path(rf"{_COLLECTION}/download/?$", DownloadPage.as_view(), name="download"),
    re_path(rf"{_COLLECTION}/statistics/?$", StatisticsPage.as_view(), name="statistics"),
    re_path(rf"{_COLLECTION}/changes/?$", ChangesPage.as_view(), name="changes"),
    re_path(rf"{_COLLECTION}/queryables/?$", QueryablesPage.as_view(), name="queryables"),
    re_path(rf"{_COLLECTION}/sortables/?$", SortablesPage.as_view(), name="sortables"),
    re_path(rf"{_COLLECTION}/schema/?$", SchemaPage.as_view(), name="schema"),
    re_path(rf"{_COLLECTION}/feature-schema/?$", FeatureSchemaPage.as_view(), name="feature-schema"),
]
