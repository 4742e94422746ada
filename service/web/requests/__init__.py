"""The case officers' desk: requests about people, by the day on which their answer is due."""

from service.web.requests import desk, one_request, proofs, steps

ROUTERS = (
    *(desk.router, one_request.router, steps.own_answer_router),
    *(proofs.router, desk.unanswered, desk.disputes_router),
)
