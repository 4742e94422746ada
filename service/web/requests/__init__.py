"""The case officers' desk: requests about people, by the day on which their answer is due."""

from service.web.requests import (
    desk,
    disputes,
    handing,
    one_request,
    own_answer,
    proofs,
    steps,
    unanswered,
)

ROUTERS = (
    *(desk.router, one_request.router, own_answer.router, handing.router),
    *(proofs.router, steps.router, unanswered.router, disputes.router),
)
