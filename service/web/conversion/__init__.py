"""Back record conversion: the pages of keyers, reconcilers, samplers and supervisors."""

from service.web.conversion import keying, lots, sampling, settling

ROUTERS = (lots.router, keying.router, settling.router, sampling.router)
"""Paths of lots come first: frames have a word of their own in theirs."""
