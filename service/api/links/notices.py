"""Notices to a force about revoked links of which it had been notified."""

from fastapi import APIRouter

from service.api.authentication import SearchReader
from service.api.documentation import call_problems
from service.api.links.links import NoticeListAnswer
from service.api.parameters import Before, Limit
from service.usecases.links.links import own_notices

router = APIRouter(prefix="/v1", tags=["force"])


@router.get("/notices", responses=call_problems())
def list_notices(call: SearchReader, before: Before = None, limit: Limit = 50) -> NoticeListAnswer:
    """Return the notices to the caller's force, newest first."""
    return NoticeListAnswer.of(call.use(own_notices, before=before, limit=limit))
