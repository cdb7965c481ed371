"""Doors below /api/ that the buildings open."""

from django.urls import path, re_path

from buildings.api import (
    bulk,
    events,
    exposure,
    histories,
    house_table,
    household_search,
    households,
    imports,
    legal_persons,
    parts,
    quality,
    review_batches,
    reviews,
    views,
)
from buildings.models import Target

_PARTS = {"buildings": Target.BUILDING, "entrances": Target.ENTRANCE, "units": Target.UNIT}

urlpatterns = [
    path("buildings/", views.BuildingListView.as_view()),
    path("buildings/exposure/", exposure.ExposureView.as_view()),
    path("buildings/<int:building_id>/", views.BuildingDetailView.as_view()),
    path("buildings/events/update/", bulk.BulkUpdateView.as_view()),
    path("buildings/events/renumber/", bulk.BulkRenumberView.as_view()),
    path("buildings/events/readdress/", bulk.BulkReaddressView.as_view()),
    path("buildings/events/recode/", bulk.BulkRecodeView.as_view()),
    path("buildings/events/demolish/", bulk.BulkDemolishView.as_view()),
    path("buildings/<int:building_id>/table/", house_table.HouseTableView.as_view()),
    path("buildings/<int:building_id>/split/", events.SplitView.as_view()),
    path("buildings/<int:building_id>/merge/", events.MergeView.as_view()),
    path("buildings/<int:building_id>/renumber/", events.RenumberView.as_view()),
    path("buildings/<int:building_id>/contents/", events.ContentsView.as_view()),
    path("buildings/<int:building_id>/demolish/", events.DemolishView.as_view()),
    path("buildings/<int:building_id>/revert/", events.RevertView.as_view()),
    *[path(f"{name}/<int:identity>/readdress/", parts.ReaddressView.as_view(target=t)) for name, t in _PARTS.items()],
    *[path(f"{name}/<int:identity>/history/", histories.HistoryView.as_view(target=t)) for name, t in _PARTS.items()],
    *[
        path(f"{name}/<int:identity>/recode/", parts.RecodeView.as_view(target=_PARTS[name]))
        for name in ("buildings", "units")
    ],
    *[
        path(f"{name}/<int:identity>/demolish/", parts.PartEndView.as_view(target=_PARTS[name]))
        for name in ("entrances", "units")
    ],
    path("units/<int:identity>/divide/", parts.DivideView.as_view(target=Target.UNIT)),
    path("units/<int:identity>/combine/", parts.CombineView.as_view(target=Target.UNIT)),
    path("entrances/<int:identity>/", parts.EntranceView.as_view()),
    path("events/<int:event_id>/", histories.EventView.as_view()),
    path("units/", views.UnitListView.as_view()),
    path("units/<int:unit_id>/", views.UnitDetailView.as_view()),
    path("households/", households.HouseholdListView.as_view()),
    path("households/search/", household_search.HouseholdSearchView.as_view()),
    path("households/counts/", households.CountsView.as_view()),
    path("households/<int:household_id>/", households.HouseholdDetailView.as_view()),
    path("households/<int:household_id>/move/", households.MoveView.as_view()),
    path("households/<int:household_id>/move-out/", households.MoveOutView.as_view()),
    path("households/<int:household_id>/dissolve/", households.DissolveView.as_view()),
    path("households/<int:household_id>/split/", households.HouseholdSplitView.as_view()),
    path("households/<int:household_id>/join/", households.HouseholdJoinView.as_view()),
    path("households/<int:household_id>/revert/", households.HouseholdRevertView.as_view()),
    path("households/<int:household_id>/history/", households.HouseholdHistoryView.as_view()),
    path("legal-persons/", legal_persons.LegalPersonListView.as_view()),
    path("legal-persons/<int:legal_person_id>/", legal_persons.LegalPersonDetailView.as_view()),
    path("legal-persons/<int:legal_person_id>/end/", legal_persons.LegalPersonEndView.as_view()),
    path("legal-persons/<int:legal_person_id>/revert/", legal_persons.LegalPersonRevertView.as_view()),
    path("legal-persons/<int:legal_person_id>/history/", legal_persons.LegalPersonHistoryView.as_view()),
    path("imports/", imports.ImportListView.as_view()),
    path("imports/<int:event_id>/revert/", imports.ImportRevertView.as_view()),
    path("quality/addresses/", quality.QualityView.as_view()),
    path("quality/kinds/", quality.KindListView.as_view()),
    path("quality/cases/", quality.CaseListView.as_view()),
    path("quality/cases/csv/", quality.CaseFileView.as_view()),
    path("quality/cases/right/", quality.SeenRightView.as_view()),
    path("quality/cases/open/", quality.OpenAgainView.as_view()),
    path("quality/trend/", quality.TrendView.as_view()),
    path("reviews/", reviews.ReviewListView.as_view()),
    path("reviews/summary/", reviews.ReviewSummaryView.as_view()),
    path("reviews/decide/", review_batches.DecideManyView.as_view()),
    path("reviews/undo/", review_batches.TakeBackManyView.as_view()),
    path("reviews/<int:item_id>/", reviews.ReviewView.as_view()),
    path("reviews/<int:item_id>/decide/", reviews.DecideView.as_view()),
    path("reviews/<int:item_id>/undo/", reviews.TakeBackView.as_view()),
    path("addresses/", views.AddressView.as_view()),
    re_path(r"^codes/(?P<code>[^/]+)/?$", views.CodeView.as_view()),
]
