"""Pages of examiners and supervisors."""

from service.web.examination import concluded, desk, examination, prints, revision, supervision

ROUTERS = (
    desk.router,
    prints.router,
    concluded.router,
    revision.router,
    examination.router,
    supervision.router,
)
