"""The conformance page: only classes whose every requirement is met and tested."""

from typing import Any

from layers.ogc import extensions
from layers.ogc.page import OgcPage

_FEATURES = "http://www.opengis.net/spec/ogcapi-features-{}/1.0/conf/{}"
_CQL2 = (
    "cql2-text",
    "cql2-json",
    "basic-cql2",
    "advanced-comparison-operators",
    "case-insensitive-comparison",
    "accent-insensitive-comparison",
    "basic-spatial-functions",
    "basic-spatial-functions-plus",
    # The name that older QGIS looks for.
    "basic-spatial-operators",
    "spatial-functions",
    "temporal-functions",
    "property-property",
    "arithmetic",
)
_QUERIES = (
    "adhoc-query",
    "stored-query",
    "multi-resource-response",
    "join-response",
    "parameterized-stored-query",
    "manage-stored-query",
    "query-expression-json",
)
CLASSES = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    _FEATURES.format(1, "core"),
    _FEATURES.format(1, "geojson"),
    _FEATURES.format(1, "oas30"),
    _FEATURES.format(2, "crs"),
    _FEATURES.format(3, "queryables"),
    _FEATURES.format(3, "queryables-query-parameters"),
    _FEATURES.format(3, "filter"),
    _FEATURES.format(3, "features-filter"),
    *(f"http://www.opengis.net/spec/cql2/1.0/conf/{name}" for name in _CQL2),
    _FEATURES.format(4, "create-replace-delete"),
    _FEATURES.format(4, "update"),
    _FEATURES.format(4, "features"),
    _FEATURES.format(4, "optimistic-locking-etags"),
    # Part 5 moved to Common; QGIS still looks for the older name.
    _FEATURES.format(5, "schemas"),
    _FEATURES.format(5, "returnables-and-receivables"),
    _FEATURES.format(5, "queryables"),
    "http://www.opengis.net/spec/ogcapi-common-3/1.0/conf/schemas",
    _FEATURES.format(6, "properties"),
    _FEATURES.format(8, "sorting"),
    # A draft (26-008), with its own addresses of classes.
    *(f"http://www.opengis.net/spec/ogcapi-features-10/1.0/req/{name}" for name in _QUERIES),
)


class ConformancePage(OgcPage):
    """``/ogc/conformance``"""

    def document(self) -> dict[str, Any]:
        """Return the URIs of the conformance classes."""
        return {"conformsTo": [*CLASSES, *extensions.conformance()]}
