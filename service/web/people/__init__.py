"""Pages on the gallery for supervisors, and on records for forces.

- `gallery`: a supervisor's pages on the gallery itself: probable duplicates, exchanged fingers
- `records`: a force's pages on the records that it holds: a list, and a record in each of its
  versions
"""

from __future__ import annotations

from service.web.people import gallery, records

ROUTERS = (gallery.router, records.router)
