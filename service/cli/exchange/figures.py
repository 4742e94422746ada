"""A reconciliation as JSON values and as sentences."""

from __future__ import annotations

from typing import Any

from domain.exchange.duties import Stratum
from service.usecases.exchange.reconciling import Reckoning


def reckoning_facts(reckoning: Reckoning) -> dict[str, Any]:
    """Return figures as JSON values."""
    figures = reckoning.figures
    return {
        "on": figures.on.isoformat(),
        "strata": [_stratum(one) for one in figures.strata],
        "alarms": list(figures.alarms),
        "unexpected": figures.unexpected,
        "doubled": figures.doubled,
        "faults": figures.faults,
        "lacking_nationalities": [
            {
                "record_id": one.record_id,
                "state": one.state,
                "due_on": one.due_on.isoformat(),
            }
            for one in reckoning.lacking
        ],
        "log_size": figures.log_size,
        "log_root": figures.log_root,
        "oldest_pending": [
            {
                "record_id": one.key.record_id,
                "conviction": one.key.item_id,
                "version": one.key.version,
                "state": one.key.state,
                "due_on": one.due_on.isoformat(),
            }
            for one in reckoning.pending
        ],
    }


def _stratum(one: Stratum) -> dict[str, Any]:
    oldest = one.oldest_pending.isoformat() if one.oldest_pending else None
    counts = ("due", "acknowledged", "sent", "pending", "exempt", "late", "unsent_past_due")
    return {
        "name": one.name,
        **{name: getattr(one, name) for name in counts},
        "oldest_pending": oldest,
        "complete": round(one.complete, 6),
    }


def sentences(reckoning: Reckoning) -> str:
    """Return figures for people."""
    figures = reckoning.figures
    lines = [stratum_sentence(one) for one in figures.strata]
    alarm = f"ALARM: {', '.join(figures.alarms)}" if figures.alarms else "No alarm."
    lines += [
        f"Record {one.record_id} lacks the nationality {one.state} that its merge shows: amend it "
        f"by {one.due_on}, and {one.state} is told."
        for one in reckoning.lacking
    ]
    lines += [alarm, f"Log of {figures.log_size} events, root {figures.log_root}"]
    return "\n".join(lines)


def stratum_sentence(one: Stratum) -> str:
    """Return the figures of one group in a line."""
    return (
        f"{one.name}: {one.due} due, {one.acknowledged} acknowledged, {one.sent} sent, "
        f"{one.pending} pending, {one.exempt} exempt, {one.late} late, "
        f"{one.unsent_past_due} past due and unsent, {one.complete:.2%} complete"
    )
