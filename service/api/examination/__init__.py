"""The steps of examiners and supervisors."""

from __future__ import annotations

from service.api.examination import cases, desk, prints, sealed, statistics, supervision

ROUTERS = (
    cases.router,
    prints.router,
    sealed.router,
    desk.router,
    supervision.router,
    statistics.router,
)
