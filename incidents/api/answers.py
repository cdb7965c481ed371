"""The answers to reports: the receipt of each, as far as its reporter may see it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gisserver.common.access.models import Viewer
from incidents import selectors, services


def answers_to(reported: Sequence[tuple[Viewer, int]], recorded: Sequence[services.Recorded]) -> list[dict[str, Any]]:
    """Return for each (reporter, incident) what `ReportAnswerSerializer` describes."""
    receipts = selectors.receipts_for(reported, services.told_receipts(recorded))
    officers = selectors.officers_of(receipts)
    return [
        {"id": incident_id, "assignment": receipt and _assignment(receipt, officers)}
        for (_, incident_id), receipt in zip(reported, receipts, strict=True)
    ]


def _assignment(receipt: selectors.FirstReceipt, officers: Mapping[int, str]) -> dict[str, Any]:
    """Return a receipt's members; written out, for thousands are answered at once."""
    near = receipt.runner_up_code
    return {
        "grid": receipt.grid_code,
        "version": receipt.grid_version_id,
        "rule": receipt.rule,
        "margin_m": receipt.margin_m,
        "confidence": receipt.confidence,
        "reason": receipt.reason,
        "valid": {"from": _as_text(receipt.valid_from), "until": _as_text(receipt.valid_until)},
        "placed_by": receipt.placed_by or ("point" if receipt.is_placed else None),
        "order": receipt.placing_order_id,
        "runner_up": None if near is None else {"grid": near, "distance_m": receipt.runner_up_m},
        "officer": officers.get(receipt.grid_id, "") if receipt.grid_id is not None else "",
    }


def _as_text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
