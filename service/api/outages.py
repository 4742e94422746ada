"""Outages as callers meet them: reported once, answered with 503 and with when to come back."""

from __future__ import annotations

from fastapi import FastAPI

from domain.errors import LinkingError, StoreUnavailableError
from service.live.outages import Outages
from service.outages import outage_of


def met(app: FastAPI, error: Exception) -> tuple[LinkingError | None, dict[str, str]]:
    """Return the refusal behind an error, None for an unexpected error, and headers of its answer.

    An outage is reported to the outages of the process.
    """
    outage = outage_of(error)
    if outage is None:
        return (error if isinstance(error, LinkingError) else None), {}
    outages: Outages = app.state.api.services.outages
    outages.report(outage)
    return outage, retry_header(outages, outage)


def retry_header(outages: Outages, outage: StoreUnavailableError) -> dict[str, str]:
    """Return the header that says when to come back."""
    return {"Retry-After": str(outages.retry_after_s(outage))}
