"""Pages on the gallery for supervisors, and on records.

- `beginning`: the form by which a person is put on record without prints
- `consultations`: a person's own list of consultations, to be printed
- `erasures`: a supervisor's pages on erasures: asked for by one person, confirmed by another,
  called back
- `gallery`: a supervisor's pages on the gallery itself: probable duplicates, exchanged fingers
- `records`: pages on records: a list, and a record in each of its versions, for its force and
  auditors
"""

from __future__ import annotations

from service.web.people import beginning, consultations, erasures, gallery, records

ROUTERS = (beginning.router, consultations.router, erasures.router, gallery.router, records.router)
