"""Messages of other States, the schemas of them, and our own requests to other States.

- `messages`: signed transmissions taken and answered; the published schemas
- `own_requests`: case officers ask other States about a person, and read the replies
"""

from __future__ import annotations

from service.api.exchange import messages, own_requests

ROUTERS = (messages.router, own_requests.router)
