"""Pages of examiners and supervisors."""

from service.web.examination import concluded, desk, examination, prints, supervision

ROUTERS = (
    desk.router,
    prints.router,
    concluded.router,
    concluded.revision,
    examination.router,
    supervision.router,
)
