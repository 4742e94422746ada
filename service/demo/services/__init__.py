"""`identlink demo --services`: each of the office's services for the public, run once.

A scene is a function that uses the parts that all scenes share. To add a service, add its module
here and a line to `SCENES`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from data.synthetic.population import Population
from service.demo.services import agencies, figures, records
from service.demo.services.scene import Scene, stated
from service.demo.stage import Stage
from service.demo.tour import two_officers


def _show_old_records(scene: Scene) -> None:
    """Convert a roll of 20 frames end to end."""
    # Drawing film loads SciPy, which nothing else in the service needs.
    from service.demo.conversion import convert_roll  # noqa: PLC0415

    scene.say("\nA roll of 20 frames of old records is converted. No real form was read for it.")
    convert_roll(scene.stage, f"SERVICE-ROLL-{scene.run}")


SCENES: tuple[Callable[[Scene], None], ...] = (
    figures.show_certificate,
    _show_old_records,
    agencies.show,
    figures.show_figures,
    agencies.show_access,
    agencies.show_deletion,
    records.show,
)


def show_services(stage: Stage, population: Population, *, persons: int, run: int) -> None:
    """Show every scene, using the served store."""
    with _scene(stage, population, persons, run) as scene:
        for show in SCENES:
            show(scene)


def leave_requests(stage: Stage, population: Population, *, persons: int, run: int) -> None:
    """Open two requests for a visitor who signs in as a case officer: one new, one searched."""
    with _scene(stage, population, persons, run) as scene:
        one, other = islice((each for _, each in scene.people_on_record() if stated(each)), 2)
        scene.opened(scene.own_request("subject-access", one))
        work = scene.opened(scene.certificate_request(stated(other)))
        work.post("steps", step="accept")
        work.post("search")


@contextmanager
def _scene(stage: Stage, population: Population, persons: int, run: int) -> Iterator[Scene]:
    with two_officers(stage) as officers:
        yield Scene(stage, officers, population, persons, run)
