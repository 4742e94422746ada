"""Released figures, and answers to requests for information.

- `information`: requests for information answered, and the disclosure log
- `releases`: quarters released, shown and withdrawn
"""

from __future__ import annotations

from service.api.publication import information, releases

ROUTERS = (releases.router, information.router)
