"""The summary of a proposal for a community: each grid before and after, and why a limit was not reached."""

from dataclasses import dataclass
from typing import Any

from gisserver.common.sentences import Sentence
from grids.balancing import shortfall
from grids.balancing.balance import Balanced
from grids.balancing.problem import Problem
from grids.balancing.shortfall import barriers_of, heaviest_in, why_short
from grids.editing.coverage.diff import diff
from grids.editing.coverage.footprints import cut_buildings
from grids.editing.geometry.measures import measures
from grids.redraws.draft.community_draft import CommunityDraft
from grids.redraws.proposals.assets import Assets

SHORT = {
    shortfall.ONE_BUILDING: Sentence("One building, or a row of them, alone carries more than is allowed."),
    shortfall.CUT_OFF: Sentence("Cut off from the others: what its region carries can't be shared within the limits."),
    shortfall.NO_WHOLE_NUMBER: Sentence("No whole number within the limits can be shared out; allow more."),
    shortfall.NOT_COMPACT: Sentence("Only a plan with grids less compact than the floor does it."),
    shortfall.NOT_FOUND: Sentence("No plan of connected and compact grids that cuts no building was found."),
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A community's proposal: its assets, the problem, the draft after the commands, and the plan behind them.

    ``roles`` says for each grid whether it takes part, ``aim`` is the mean aimed at, ``unbound`` the owner of each
    basic unit in a plan without floors of compactness (None where none was made).
    """

    assets: Assets
    problem: Problem
    after: CommunityDraft
    plan: Balanced
    measure: str
    roles: dict[str, str]
    aim: float
    tolerance: float
    compactness: float
    unbound: tuple[int, ...] | None = None

    def summary(self) -> dict[str, Any]:
        """Return the summary as a JSON object."""
        assets, problem, plan = self.assets, self.problem, self.plan
        keys = assets.basic_units.keys
        rows = self._rows()
        moved = [unit for unit, own in enumerate(plan.owner) if own != problem.home[unit]]
        change = diff(assets.draft.coverage, self.after.coverage)
        return {
            "community": assets.draft.code,
            "reached": not any(problem.excess(grid, rows[grid]["after"]) for grid in range(len(keys))),
            "message": self._message(rows),
            "mean": round(self.aim, 2),
            "low": problem.low,
            "high": problem.high,
            "compactness": self.compactness,
            "moved": sum(problem.weights[unit] for unit in moved),
            "moved_at_least": problem.lower_bound,
            "buildings_moved": sum(len(assets.basic_units.buildings[unit]) for unit in moved),
            "buildings_cut": len(cut_buildings(change, assets.footprints())),
            "commands": len(plan.commands),
            "left_out": [key for key in keys if self.roles[key] == "left_out"],
            "grids": rows,
        }

    def _rows(self) -> list[dict[str, Any]]:
        assets, problem = self.assets, self.problem
        keys = assets.basic_units.keys
        before = assets.loads_in(assets.draft.coverage, self.measure)
        now = assets.loads_in(self.after.coverage, self.measure)
        short = why_short(problem, self.plan.owner, self.unbound)
        heaviest = heaviest_in(problem, self.plan.owner)
        rows = []
        for grid, key in enumerate(keys):
            why = short.get(grid)
            rows.append(
                {
                    "code": key,
                    "role": self.roles[key],
                    "before": before[key],
                    "after": now[key],
                    "deviation_before": self._off(key, before[key]),
                    "deviation_after": self._off(key, now[key]),
                    "deviation_least": self._off(key, heaviest[grid]) if why == shortfall.ONE_BUILDING else None,
                    "compactness_before": round(measures(assets.draft.coverage[key]).compactness, 4),
                    "compactness_after": round(measures(self.after.coverage[key]).compactness, 4),
                    "short": why,
                    "detail": None if why is None else SHORT[why],
                    "cut_off_by": sorted(keys[each] for each in barriers_of(problem, grid))
                    if why == shortfall.CUT_OFF
                    else [],
                }
            )
        return rows

    def _off(self, key: str, load: int) -> float | None:
        return round(load / self.aim - 1, 4) if self.aim and self.roles[key] == "free" else None

    def _message(self, rows: list[dict[str, Any]]) -> Sentence | None:
        """Return the sentence that the tolerance is not met, and by how much; None where it is met."""
        off = [row["deviation_after"] for row in rows if row["short"]]
        if not off:
            return None
        farthest, within = max(off, key=abs), f"±{self.tolerance:.0%}"
        mean, count = f"{self.aim:.0f}", len(off)
        return Sentence(
            "Not every grid is within {within} of the mean {mean}: {count} are outside, by up to {farthest:+.0%}.",
            within=within,
            mean=mean,
            count=count,
            farthest=farthest,
        )
