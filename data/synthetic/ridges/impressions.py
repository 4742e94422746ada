"""One impression of a finger: the master print placed, inked and drawn, with its minutiae."""

import math
from dataclasses import dataclass
from io import BytesIO
from zlib import Z_RLE

import numpy as np
from PIL import Image

from data.synthetic.ridges.fields import Field, as_field, sample
from data.synthetic.ridges.impression_parameters import BACKGROUND, INK, VISIBILITY, by_quality
from data.synthetic.ridges.inking import (
    Inking,
    Placement,
    draw_contact,
    draw_grain,
    draw_inking,
    draw_placement,
    draw_surface,
    smear,
)
from data.synthetic.ridges.master import master_print
from data.synthetic.ridges.parameters import DPI, FRAME_PX
from data.synthetic.ridges.streams import Appearance, FingerIdentity, Stream, capture_rng
from domain.arrays import Float64s, UInt8s
from domain.prints.minutiae import Minutia
from domain.prints.prints import ImpressionType

_PROBE_PX = np.float32(4.0)


def visible_minutiae(
    minutiae: tuple[Minutia, ...],
    placement: Placement,
    *,
    contact: Field,
    inking: Inking,
    quality: int,
    rng: np.random.Generator,
) -> tuple[Minutia, ...]:
    """Return the master's minutiae that this impression shows, in image coordinates.

    `contact`: float32 (512, 512), 0 to 1. Minutiae are left out if they are off the contact, in
    lost patches, under too much or too little pressure, or missed at random. The others are
    slightly displaced.
    """
    if not minutiae:
        return ()
    x, y, angle_rad = _carried(minutiae, placement)
    clarity = _clarity(x, y, contact=contact, inking=inking)
    draws = rng.random(len(minutiae))
    seen = (clarity > 0.0) & (draws >= by_quality(VISIBILITY.miss_share, quality))
    errors = rng.standard_normal((3, len(minutiae)))
    x = x + by_quality(VISIBILITY.jitter_px, quality) * errors[0]
    y = y + by_quality(VISIBILITY.jitter_px, quality) * errors[1]
    angle_rad = angle_rad + by_quality(VISIBILITY.jitter_rad, quality) * errors[2]
    inside = (x >= 0.0) & (y >= 0.0) & (x <= FRAME_PX - 1) & (y <= FRAME_PX - 1)
    qualities = np.rint(quality * clarity).astype(int)
    return tuple(
        Minutia(
            round(float(x[i]), 2),
            round(float(y[i]), 2),
            _wrapped_rad(float(angle_rad[i])),
            minutiae[i].kind,
            int(qualities[i]),
        )
        for i in np.flatnonzero(seen & inside).tolist()
    )


def _carried(
    minutiae: tuple[Minutia, ...], placement: Placement
) -> tuple[Float64s, Float64s, Float64s]:
    """Return x, y and angle on the image; the angle follows from a second point ahead."""
    x = np.array([minutia.x_px for minutia in minutiae], dtype=np.float32)
    y = np.array([minutia.y_px for minutia in minutiae], dtype=np.float32)
    angle = np.array([minutia.angle_rad for minutia in minutiae], dtype=np.float32)
    here_x, here_y = placement.image_at(x, y)
    ahead_x, ahead_y = placement.image_at(
        as_field(x + _PROBE_PX * np.cos(angle)), as_field(y - _PROBE_PX * np.sin(angle))
    )
    turned = np.arctan2(here_y - ahead_y, ahead_x - here_x)
    return here_x.astype(np.float64), here_y.astype(np.float64), turned.astype(np.float64)


def _clarity(x: Float64s, y: Float64s, *, contact: Field, inking: Inking) -> Float64s:
    """Return the clarity of the ridges at each minutia, from 0 (not visible) to 1."""
    at_x, at_y = x.astype(np.float32), y.astype(np.float32)
    touch = sample(contact, at_x, at_y)
    kept = sample(inking.kept, at_x, at_y)
    evenness = 1.0 - np.abs(sample(inking.level, at_x, at_y)) / VISIBILITY.pressure_limit
    clarity = np.clip(evenness, 0.0, 1.0) ** 0.5 * np.minimum(touch, kept)
    clarity[(touch < VISIBILITY.contact_floor) | (kept < VISIBILITY.contact_floor)] = 0.0
    return clarity.astype(np.float64)


def _wrapped_rad(angle_rad: float) -> float:
    wrapped = round(angle_rad % math.tau, 4)
    return wrapped if wrapped < math.tau else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class RenderedPrint:
    """A picture of an impression, with the minutiae that it shows."""

    image: UInt8s
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


def _on_surface(ink: Field, appearance: Appearance, rng: np.random.Generator) -> UInt8s:
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


def png_bytes(image: UInt8s) -> bytes:
    """Return a PNG of `image`, uint8 (h, w), with its resolution of 500 dpi."""
    buffer = BytesIO()
    # Runs of equal pixels only: ridges repeat nothing else, and it takes a third of the time.
    Image.fromarray(image).save(buffer, format="PNG", dpi=(DPI, DPI), compress_type=Z_RLE)
    return buffer.getvalue()
