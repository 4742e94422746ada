"""Back record conversion: pages of keyers, reconcilers, samplers and keepers of lots.

- `fields`: the fields of a form on a page: names, hints, and the typed text
- `keying`: the keyers' page, made for speed: picture beside form, keyboard alone
- `lots`: lots, opened, read, sampled, decided and withdrawn
- `sampling`: the samplers' page
- `settling`: the reconcilers' page: differences side by side, codes, and matches
"""

from __future__ import annotations

from service.web.conversion import keying, lots, sampling, settling

ROUTERS = (lots.router, keying.router, settling.router, sampling.router)
"""Paths of lots come first: frames have a word of their own in theirs."""
