"""The case officers' desk: requests about people, by the day on which their answer is due."""

from service.web.requests import desk, disputes, one_request, own_answer, proofs, steps

ROUTERS = (
    *(desk.router, one_request.router, own_answer.router, own_answer.handing),
    *(proofs.router, steps.router, desk.unanswered, disputes.router),
)
