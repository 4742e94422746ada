"""`identlink demo --services`: each service of the office for the public, worked once.

A scene is a function of the parts that all scenes share; a further service adds its module here
and a line to `SCENES`.

- `agencies`: an agency answered within its agreement
- `certificates`: a certificate issued, checked by page and offline, and superseded
- `deletion`: a deletion from the application to the last acknowledgement
- `figures`: a quarter published
- `old_records`: a roll of film converted
- `scene`: the parts that every scene shares
- `subject_access`: access to one's own data
"""

from __future__ import annotations

from collections.abc import Callable

from data.synthetic.population import Population
from service.demo.accounts import two_officers
from service.demo.services import (
    agencies,
    certificates,
    deletion,
    figures,
    old_records,
    subject_access,
)
from service.demo.services.scene import Scene
from service.demo.stage import Stage

SCENES: tuple[Callable[[Scene], None], ...] = (
    certificates.show,
    old_records.show,
    agencies.show,
    figures.show,
    subject_access.show,
    deletion.show,
)
"""In the order in which they are shown."""


def show_services(stage: Stage, population: Population, *, persons: int, run: int) -> None:
    """Show every scene on the served store."""
    with two_officers(stage) as officers:
        scene = Scene(stage, officers, population, persons, run)
        for show in SCENES:
            show(scene)
