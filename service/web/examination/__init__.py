"""Pages of examiners and supervisors."""

from service.web.examination import (
    concluded,
    desk,
    examination,
    prints,
    revision,
    sealed,
    statistics,
    supervision,
)

ROUTERS = (
    desk.router,
    prints.router,
    concluded.router,
    sealed.router,
    revision.router,
    examination.router,
    supervision.router,
    statistics.router,
)
