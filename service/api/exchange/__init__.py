"""Messages of other States, and the schemas of them.

- `messages`: signed transmissions taken and answered; the published schemas
- `messages_schemas`: a call of another State, and the answer to it
"""

from __future__ import annotations

from service.api.exchange import messages

ROUTERS = (messages.router,)
