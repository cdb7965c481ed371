"""Divisions, grids and their dated versions, redraws: the tables of the partition."""

from grids.models.division import (
    Division,
    DivisionLevel,
    DivisionVersion,
    DivisionVersionQuerySet,
    division_of_code,
    divisions_below,
    holds,
    visible_communities,
)
from grids.models.grid import (
    Grid,
    GridKind,
    GridVersion,
    GridVersionQuerySet,
)
from grids.models.post import Officer, OfficerQuerySet, Post, PostQuerySet, PostRole, Team
from grids.models.redraw import (
    Redraw,
    RedrawAction,
    RedrawCommand,
    RedrawEvent,
    RedrawQuerySet,
    RedrawStatus,
)

__all__ = [
    "Division",
    "DivisionLevel",
    "DivisionVersion",
    "DivisionVersionQuerySet",
    "Grid",
    "GridKind",
    "GridVersion",
    "GridVersionQuerySet",
    "Officer",
    "OfficerQuerySet",
    "Post",
    "PostQuerySet",
    "PostRole",
    "Redraw",
    "RedrawAction",
    "RedrawCommand",
    "RedrawEvent",
    "RedrawQuerySet",
    "RedrawStatus",
    "Team",
    "division_of_code",
    "divisions_below",
    "holds",
    "visible_communities",
]
