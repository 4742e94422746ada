"""Back record conversion: the pages of keyers, reconcilers, samplers and supervisors."""

from service.web.conversion import lots, settling

ROUTERS = (lots.router, settling.keying_router, settling.router, settling.sampling)
"""Paths of lots come first: frames have a word of their own in theirs."""
