"""The steps of examiners and supervisors."""

from service.api.examination import cases, desk, prints, sealed, statistics, supervision

ROUTERS = (
    cases.router,
    prints.router,
    sealed.router,
    desk.router,
    supervision.router,
    statistics.router,
)
