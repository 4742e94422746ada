"""One impression of a finger: the master print is placed, inked, and drawn on a surface."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.ridges.fields import Field
from data.synthetic.ridges.impression_parameters import BACKGROUND, INK, by_quality
from data.synthetic.ridges.inking import draw_contact, draw_grain, draw_inking, draw_surface, smear
from data.synthetic.ridges.master import master_print
from data.synthetic.ridges.parameters import DPI
from data.synthetic.ridges.placement import draw_placement
from data.synthetic.ridges.streams import Appearance, FingerIdentity, Stream, capture_rng
from data.synthetic.ridges.visibility import visible_minutiae
from domain.prints.minutiae import Minutia
from domain.prints.prints import ImpressionType


@dataclass(frozen=True, slots=True, eq=False)
class RenderedPrint:
    """A picture of an impression, with the minutiae that it shows."""

    image: npt.NDArray[np.uint8]
    """uint8 (512, 512), ridges dark, read-only."""
    minutiae: tuple[Minutia, ...]
    dpi: int = DPI


def render_impression(identity: FingerIdentity, appearance: Appearance) -> RenderedPrint:
    """Return the impression. The same arguments give the same impression on the same machine."""
    master = master_print(identity)
    placing = capture_rng(identity, appearance, Stream.PLACEMENT)
    placement = draw_placement(appearance.impression_type, placing)
    contact = draw_contact(
        appearance.impression_type, placement, scale=master.contact_scale, rng=placing
    )
    inks = capture_rng(identity, appearance, Stream.INKING)
    inking = draw_inking(master, placement, appearance, inks)
    surface = capture_rng(identity, appearance, Stream.BACKGROUND)
    image = _on_surface(contact * inking.ink, appearance, surface)
    minutiae = visible_minutiae(
        master.minutiae,
        placement,
        contact=contact,
        inking=inking,
        quality=appearance.quality,
        rng=capture_rng(identity, appearance, Stream.READING),
    )
    return RenderedPrint(image, minutiae)


def _on_surface(
    ink: Field, appearance: Appearance, rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    parameters = INK[appearance.impression_type]
    quality = appearance.quality
    grey = draw_grain(rng, by_quality(parameters.grain, quality))
    if appearance.impression_type is ImpressionType.LATENT:
        length_px = by_quality(BACKGROUND.smear_px, quality)
        smeared = smear(ink, float(rng.uniform(0.0, np.pi)), length_px)
        ink = ink + np.float32(BACKGROUND.smear_share) * (smeared - ink)
        grey += draw_surface(rng)
    grey += parameters.paper_level - np.float32(by_quality(parameters.contrast, quality)) * ink
    image = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    image.flags.writeable = False
    return image
