"""The steps of examiners and supervisors."""

from service.api.examination import cases, desk, sealed, statistics, supervision

ROUTERS = (
    cases.router,
    cases.prints_router,
    sealed.router,
    desk.router,
    supervision.router,
    statistics.router,
)
