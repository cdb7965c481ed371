"""Doors below /api/ that the grids open."""

from django.urls import path

from grids.api import (
    edge,
    proposals,
    redraw_assets,
    redraw_corrections,
    redraw_moves,
    redraw_package,
    redraw_reversal,
    redraws,
    views,
)

urlpatterns = [
    path("divisions/", views.DivisionListView.as_view()),
    path("divisions/<str:code>/", views.DivisionDetailView.as_view()),
    path("grids/", views.GridListView.as_view()),
    path("grids/at", views.GridAtView.as_view()),
    path("grids/edge/", edge.EdgeView.as_view()),
    path("grids/<str:code>/", views.GridDetailView.as_view()),
    path("grids/<str:code>/history/", views.GridHistoryView.as_view()),
    path("redraws/", redraws.RedrawListView.as_view()),
    path("redraws/propose/", proposals.ProposeView.as_view()),
    path("redraws/<int:redraw_id>/", redraws.RedrawDetailView.as_view()),
    path("redraws/<int:redraw_id>/commands/", redraws.CommandListView.as_view()),
    path("redraws/<int:redraw_id>/undo/", redraws.UndoView.as_view()),
    path("redraws/<int:redraw_id>/redo/", redraws.RedoView.as_view()),
    path("redraws/<int:redraw_id>/propose/", proposals.ProposeIntoView.as_view()),
    path("redraws/<int:redraw_id>/preview/", redraws.PreviewView.as_view()),
    path("redraws/<int:redraw_id>/ground/", redraw_assets.RedrawAssetsView.as_view()),
    path("redraws/<int:redraw_id>/moves/", redraw_moves.MovesView.as_view()),
    path("redraws/<int:redraw_id>/package/", redraw_package.PackageView.as_view()),
    path("redraws/<int:redraw_id>/submit/", redraws.SubmitView.as_view()),
    path("redraws/<int:redraw_id>/approve/", redraws.ApproveView.as_view()),
    path("redraws/<int:redraw_id>/reject/", redraws.RejectView.as_view()),
    path("redraws/<int:redraw_id>/reopen/", redraws.ReopenView.as_view()),
    path("redraws/<int:redraw_id>/withdraw/", redraws.WithdrawView.as_view()),
    path("redraws/<int:redraw_id>/publish/", redraws.PublishView.as_view()),
    path("redraws/<int:redraw_id>/corrections/", redraw_corrections.CorrectionsView.as_view()),
    path("redraws/<int:redraw_id>/cancel-plan/", redraws.CancelPlanView.as_view()),
    path("redraws/<int:redraw_id>/reverse/", redraw_reversal.ReverseView.as_view()),
]
