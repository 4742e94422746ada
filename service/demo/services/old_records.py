"""A roll of film becomes records: from a folder of pictures to the certificate of its lot."""

from __future__ import annotations

from service.demo.services.scene import Scene


def show(scene: Scene) -> None:
    """Convert a roll of 20 frames end to end."""
    # Drawing film loads SciPy, which nothing else that is served needs.
    from service.demo.conversion import convert_roll  # noqa: PLC0415

    scene.say("\nA roll of 20 frames of old records is converted. No real form was read for it.")
    convert_roll(scene.stage, f"SERVICE-ROLL-{scene.run}")
