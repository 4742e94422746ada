"""Documents of applicants, as the child process answers for them: plain pages, and pictures.

Only the child imports this. qpdf reads the whole PDF and writes it again with only the objects
that its pages need, each object separately. The file that is stored is therefore the file that was
checked, whatever other programs would have read in the original. Every object of the new file is
then checked once. In that file names have no escapes, packed objects are unpacked, and anything in
the original that did not belong to it is gone.
"""

import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image

from domain.applications.declarations import DocumentUse, UploadFault
from domain.errors import UploadRefusedError
from service.adapters.isolation.frames import Frame
from service.adapters.uploads.pictures import is_picture, jpeg, redrawn, thumbnail

_HEADER, _END = b"%PDF-", b"%%EOF"
_BEHIND_END = 64
"""Bytes of white space allowed after the end of the file. More is treated as another file."""
_MOST_OBJECTS = 200_000

_ACTIVE_KEYS = frozenset(
    {
        *("/AA", "/JS", "/JavaScript", "/XFA"),
        *("/EF", "/EmbeddedFiles", "/AF", "/Collection"),
        *("/RichMediaContent", "/RichMediaSettings", "/Renditions", "/Movie", "/Sound", "/OPI"),
    }
)
"""Keys of programs, triggers, XFA forms, files and films (ISO 32000-2)."""
_ACTIVE_KINDS = {
    "/Type": frozenset({"/EmbeddedFile"}),
    "/Subtype": frozenset(
        {
            *("/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/Sound", "/3D", "/PS"),
            "/Projection",
        }
    ),
    "/S": frozenset(
        {
            *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/GoToE"),
            *("/GoToR", "/GoToDp", "/Movie", "/Sound", "/Rendition", "/RichMediaExecute"),
            *("/GoTo3DView", "/Hide", "/SetOCGState", "/Thread"),
        }
    ),
}
_ACTIONS = frozenset({"/A", "/PA", "/Next", "/OpenAction"})
"""Keys whose value is an action. Such an action needs no type."""
_ON_OPENING = frozenset({"/GoTo"})
"""Actions allowed when the document is opened: only going to a place in the document."""
_ON_A_CLICK = _ON_OPENING | {"/URI"}
"""Actions allowed on a click: also an address, which a reader may follow."""
_OUTSIDE = frozenset({"/F", "/Ref"})
"""Keys of a stream whose content is in another file."""
_OWN_NAMES = frozenset(
    {
        *("/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading"),
        *("/Properties", "/CharProcs", "/Colorants", "/RoleMap", "/ClassMap"),
    }
)
"""Keys of dictionaries in which the program that wrote the file chose the names."""

_CONTAINERS = (pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream)

_Found = tuple[str, Any]
"""An object, and its key; the key is empty if it has no meaning."""


def is_pdf(data: bytes) -> bool:
    """Whether the very first bytes are those of a PDF."""
    return data.startswith(_HEADER)


def plain_pdf(data: bytes) -> bytes:
    """Return a PDF of plain pages, written again. Raises UploadRefusedError."""
    _check_ends(data)
    try:
        with warnings.catch_warnings(), pikepdf.open(io.BytesIO(data)) as read:
            # Warnings about fields that belong to no form, and the like. These are not active.
            warnings.simplefilter("ignore")
            written = _written(read)
        with pikepdf.open(io.BytesIO(written)) as again:
            _check_objects(again)
    except pikepdf.PasswordError:
        raise UploadRefusedError(UploadFault.LOCKED_PDF) from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, RuntimeError):
        raise UploadRefusedError(UploadFault.DAMAGED) from None
    return written


def _check_ends(data: bytes) -> None:
    end = data.rfind(_END)
    if end < 0:
        raise UploadRefusedError(UploadFault.DAMAGED)
    if len(data) - end - len(_END) > _BEHIND_END or b"PK\x05\x06" in data[-66_000:]:
        raise UploadRefusedError(UploadFault.MIXED)


def _written(read: pikepdf.Pdf) -> bytes:
    if read.is_encrypted:
        raise UploadRefusedError(UploadFault.LOCKED_PDF)
    if len(read.objects) > _MOST_OBJECTS:
        raise UploadRefusedError(UploadFault.TOO_COSTLY)
    if not len(read.pages):
        raise UploadRefusedError(UploadFault.DAMAGED)
    kept = io.BytesIO()
    read.save(
        kept,
        static_id=True,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    return kept.getvalue()


def _check_objects(pdf: pikepdf.Pdf) -> None:
    """Check every object once for each meaning it may have. Raises UploadRefusedError."""
    seen: set[tuple[int, int, str]] = set()
    left: list[_Found] = [("", pdf.trailer)]
    while left:
        key, found = left.pop()
        if found.is_indirect:
            # If an object is used in several places, each meaning is checked.
            place = (*found.objgen, key if key in _ACTIONS or key in _OWN_NAMES else "")
            if place in seen:
                continue
            seen.add(place)
        left.extend(_parts(key, found))


def _parts(key: str, found: Any) -> Iterator[_Found]:
    """Yield the containers in a container, each with its key. Raises UploadRefusedError."""
    if isinstance(found, pikepdf.Array):
        # There may be several actions, one after another.
        parts = [(key if key in _ACTIONS else "", one) for one in found.as_list()]
    else:
        values = dict(found.items())
        if key not in _OWN_NAMES:
            _check_keys(key, values, is_stream=isinstance(found, pikepdf.Stream))
        parts = [("" if key in _OWN_NAMES else name, one) for name, one in values.items()]
    for name, one in parts:
        if isinstance(one, _CONTAINERS):
            yield name, one


def _check_keys(key: str, values: Mapping[str, Any], *, is_stream: bool) -> None:
    """Raise UploadRefusedError for a dictionary that is active, or has its content elsewhere."""
    names = values.keys()
    is_active = not names.isdisjoint(_ACTIVE_KEYS) or (
        is_stream and not names.isdisjoint(_OUTSIDE)
    )
    is_active |= any(str(values.get(name)) in kinds for name, kinds in _ACTIVE_KINDS.items())
    is_action = "/S" in values and (key in _ACTIONS or str(values.get("/Type")) == "/Action")
    allowed = _ON_OPENING if key == "/OpenAction" else _ON_A_CLICK
    if is_active or (is_action and str(values["/S"]) not in allowed):
        raise UploadRefusedError(UploadFault.ACTIVE_PDF)


_LARGEST_SCALE = 6.0
"""Pixels for each point of a page, so that a tiny page is not drawn as a poster."""


def page_picture(content: bytes, page: int, width_px: int) -> tuple[bytes, int]:
    """Return a page, counted from 1, as a JPEG of at most this width, and the number of pages.

    Only the page is drawn, without forms and notes. Raises UploadRefusedError.
    """
    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
        shown = document[min(max(page, 1), pages) - 1]
        width, height = shown.get_size()
        # A page may be a long strip, so both sides limit the size of the picture.
        scale = min(width_px / max(width, 1.0), 2 * width_px / max(height, 1.0), _LARGEST_SCALE)
        drawn = shown.render(scale=scale, may_draw_forms=False, draw_annots=False)
        return jpeg(drawn.to_pil().convert("RGB")), pages
    except (pypdfium2.PdfiumError, ValueError):
        raise UploadRefusedError(UploadFault.DAMAGED) from None


def prepare(_: str) -> None:
    """Import everything that a check imports."""
    Image.init()


def _check(call: Frame) -> Frame:
    (data,) = call.blobs
    use = DocumentUse(call.header["use"])
    if is_picture(data):
        return Frame({"media_type": "image/jpeg"}, (redrawn(data, use),))
    if use is DocumentUse.PORTRAIT:
        raise UploadRefusedError(UploadFault.NOT_A_PICTURE)
    if not is_pdf(data):
        raise UploadRefusedError(UploadFault.NOT_A_DOCUMENT)
    return Frame({"media_type": "application/pdf"}, (plain_pdf(data),))


def _draw(call: Frame) -> Frame:
    (content,) = call.blobs
    page, width_px = int(call.header["page"]), int(call.header["width_px"])
    if is_picture(content):
        return Frame({"pages": 1}, (thumbnail(content, width_px),))
    drawn, pages = page_picture(content, page, width_px)
    return Frame({"pages": pages}, (drawn,))


TASKS: dict[str, Callable[[Frame], Frame]] = {"check": _check, "draw": _draw}
