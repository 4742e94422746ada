"""The page that monitors whether prints still follow the model."""

from __future__ import annotations

from service.web.models import law

ROUTERS = (law.router,)
