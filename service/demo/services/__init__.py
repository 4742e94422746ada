"""`identlink demo --services`: each of the office's services for the public, run once.

A scene is a function that uses the parts that all scenes share. To add a service, add its module
here and a line to `SCENES`.
"""

from collections.abc import Callable

from data.synthetic.population import Population
from service.demo.services import agencies, figures, records
from service.demo.services.scene import Scene
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
    with two_officers(stage) as officers:
        scene = Scene(stage, officers, population, persons, run)
        for show in SCENES:
            show(scene)
