"""Pages of examiners and supervisors."""

from service.web.examination import concluded, desk, examination, fingers, supervision

ROUTERS = (
    desk.router,
    fingers.router,
    concluded.router,
    concluded.revision,
    examination.router,
    supervision.router,
)
