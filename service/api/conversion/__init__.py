"""Back record conversion: lots, frames, keyings, matches and samples."""

from service.api.conversion import frames, lots, matches

ROUTERS = (lots.router, frames.router, matches.router)
