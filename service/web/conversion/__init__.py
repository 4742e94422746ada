"""Back record conversion: the pages of keyers, reconcilers, samplers and supervisors."""

from service.web.conversion import keying, lots, settling

ROUTERS = (lots.router, keying.router, settling.router, keying.sampling)
"""Paths of lots come first: frames have a word of their own in theirs."""
