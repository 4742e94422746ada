"""Back record conversion: lots, frames, keyings, matches and samples.

- `frames`: frames received, shown, keyed and settled
- `frames_schemas`: frames, forms and keyings, as they travel in both directions
- `lots`: lots opened, read, sampled, decided and withdrawn
- `matches`: the record to which a frame belongs
- `samples_schemas`: samples, their readings, verdicts and certificates, as they travel
"""

from __future__ import annotations

from service.api.conversion import frames, lots, matches

ROUTERS = (lots.router, frames.router, matches.router)
