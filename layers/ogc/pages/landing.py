"""The landing page: where a client that knows only the address begins."""

from typing import Any

from layers.ogc.links import JSON, OPENAPI, link
from layers.ogc.page import OgcPage


class LandingPage(OgcPage):
    """``/ogc/``"""

    def document(self) -> dict[str, Any]:
        """Return title and links; QGIS refuses the server without ``service-desc`` and ``data``."""
        root = self.root
        return {
            "title": "网格化管理空间服务 Spatial server for grid-based community management",
            "description": (
                "行政区划、网格、楼栋、事件及上传图层 Divisions, grids, buildings, incidents, uploaded layers"
            ),
            "links": [
                link(f"{root.url}/", "self", JSON, "本页 This page"),
                link(root.page("api"), "service-desc", OPENAPI, "接口定义 The API definition"),
                link(root.page("conformance"), "conformance", JSON, "符合性 Conformance classes"),
                link(root.page("collections"), "data", JSON, "数据集 Collections"),
            ],
        }
