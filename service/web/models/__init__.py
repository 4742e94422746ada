"""The page that monitors whether prints still follow the model."""

from service.web.models import law

ROUTERS = (law.router,)
