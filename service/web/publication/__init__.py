"""Pages of publication, and the public site as files.

- `audit_pack`: the compliance audit pack as files
- `charts`: bars of a released table as SVG, without scripts
- `information`: a request for information, answered and published
- `releases`: releases for readers of figures, and the form that makes one
- `site`: the public site: scheme of seven classes, releases, disclosure log
"""

from __future__ import annotations

from service.web.publication import information, releases

ROUTERS = (releases.router, information.router)
