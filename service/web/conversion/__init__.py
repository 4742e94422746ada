"""Back record conversion: the pages of keyers, reconcilers, samplers and supervisors."""

from __future__ import annotations

from service.web.conversion import keying, lots, sampling, settling

ROUTERS = (lots.router, keying.router, settling.router, sampling.router)
"""Paths of lots come first: frames have a word of their own in theirs."""
