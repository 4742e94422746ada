"""Released figures, and answers to requests for information.

- `information`: requests for information answered, and the disclosure log
- `information_schemas`: answers as they are given and published
- `releases`: quarters released, shown and withdrawn
- `releases_schemas`: releases with their tables
"""

from __future__ import annotations

from service.api.publication import information, releases

ROUTERS = (releases.router, information.router)
