"""JPEG before it is opened: segments are counted, notes left out, and a missing end is told from a missing part."""

import hashlib
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image, JpegImagePlugin

from page.pictures import orientation
from page.pictures.bare import Bare, CostlyPicture, at_most
from page.pictures.colour import strips

MOST_SCANS = 64  # of a progressive picture, each of which runs over all of it; programs write about ten

_START, _END = b"\xff\xd8", b"\xff\xd9"
_SOF0, _SOF1, _SOF2, _DHT, _SOS, _DQT, _DRI, _APP0, _APP1, _APP2, _APP14 = (
    *(0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD),
    *(0xE0, 0xE1, 0xE2, 0xEE),
)
_FRAMES = (_SOF0, _SOF1, _SOF2)
_KEPT = {*_FRAMES, _DHT, _SOS, _DQT, _DRI, _APP0, _APP14}
_NOT_DECODED = {*range(0xC0, 0xD0)} - _KEPT - {0xC8, 0xCC}  # lossless, hierarchical, arithmetic: no browser does either
_LONE = {0x01, 0xD8}
# A marker. Within scans, FF 00 is a byte of data and D0 to D7 go on with the same scan; before one may be any FF.
_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
_EXIF, _ICC = b"Exif\0", b"ICC_PROFILE\0"
_LARGE = 10_000_000  # pixels
_OTHER_BITS = b"\x5a\xa5\x3c\xc3" * 16


@dataclass(frozen=True)
class _Segment:
    """`body` is what stands between a marker and the next: for a scan its header and its data."""

    kind: int
    body: bytes = field(repr=False)

    @property
    def header(self) -> bytes:
        """What a segment says, without the two bytes of its length."""
        return self.body[2 : int.from_bytes(self.body[:2])]


def bare(data: bytes) -> Bare:
    """Return a JPEG with no other notes than its colour profile; it is not `ended` where there is no end marker.

    Raises CostlyPicture for more than 1,000 segments or 64 scans, ValueError for a kind that no browser shows.
    """
    segments = list(at_most(_segments(data)))
    if sum(segment.kind == _SOS for segment in segments) > MOST_SCANS:
        raise CostlyPicture()
    if any(segment.kind in _NOT_DECODED for segment in segments):
        raise ValueError("a rare kind of JPEG")
    notes = next(
        (each.header[len(_EXIF) + 1 :] for each in segments if each.kind == _APP1 and each.header.startswith(_EXIF)),
        b"",
    )
    kept = [each for each in segments if each.kind in _KEPT or (each.kind == _APP2 and each.header.startswith(_ICC))]
    body = _START + b"".join(bytes((0xFF, each.kind)) + each.body for each in kept)
    sizes = tuple(struct.unpack_from(">HH", each.header, 1)[::-1] for each in kept if each.kind in _FRAMES)
    ended = bool(segments) and segments[-1].kind == _END[1]
    return Bare((body if ended else body.rstrip(b"\xff")) + _END, orientation.read(notes), None, sizes, ended)


def open_bare(bare: Bare) -> Image.Image:
    """Open a JPEG. Raises ValueError where more than its end marker is missing."""
    if not bare.ended:
        _check_whole(bare.data.removesuffix(_END))
    return JpegImagePlugin.JpegImageFile(BytesIO(bare.data))


def _segments(data: bytes) -> Iterator[_Segment]:
    """Yield every segment up to the end marker, that one included; the last may be cut off."""
    at = len(_START)
    while found := _MARKER.search(data, at):
        kind, at = found[1][0], found.end()
        if kind == _END[1]:
            yield _Segment(kind, b"")
            return
        if kind in _LONE:
            continue
        end = at + max(2, int.from_bytes(data[at : at + 2]))
        if kind == _SOS:
            following = _MARKER.search(data, end)
            end = following.start() if following else len(data)
        yield _Segment(kind, data[at:end])
        at = end


def _check_whole(body: bytes) -> None:
    """Raise ValueError where more than the end marker is missing.

    What is whole looks the same whatever follows it. Where bits are missing, those that follow are taken for them.
    """
    segments = list(_segments(body))
    frame = next((each for each in segments if each.kind in _FRAMES), None)
    scans = [each.header for each in segments if each.kind == _SOS]
    if frame is None or not scans or not _all_told(frame, scans):
        raise ValueError("the picture is cut off")
    only_brightness = scans[-1][1 : 1 + 2 * scans[-1][0] : 2] == frame.header[6:7]
    mode = "L" if only_brightness else None
    if _looks(body, mode) != _looks(body + _OTHER_BITS, mode):
        raise ValueError("the picture is cut off")


def _all_told(frame: _Segment, scans: list[bytes]) -> bool:
    """Tell whether scans are there for everything: each component, and where it is progressive each bit of it."""
    components = set(frame.header[6 : 6 + 3 * frame.header[5] : 3])
    missing = {(component, place) for component in components for place in range(64)}
    for scan in scans:
        count = scan[0]
        start, end, bits = struct.unpack_from("3B", scan, 1 + 2 * count)
        if frame.kind != _SOF2:
            start, end, bits = 0, 63, 0
        if bits & 15 == 0:
            told = scan[1 : 1 + 2 * count : 2]
            missing -= {(component, place) for component in told for place in range(start, end + 1)}
    return not missing


def _looks(body: bytes, mode: str | None) -> bytes:
    """Return a digest of the pixels, of the brightness alone for mode L; of a large picture at half its size."""
    with JpegImagePlugin.JpegImageFile(BytesIO(body + _END)) as image:
        image.draft(mode, (image.width // 2, image.height // 2) if image.width * image.height > _LARGE else None)
        image.load()
        digest = hashlib.blake2b()
        for _, strip in strips(image):
            digest.update(strip.tobytes())
        return digest.digest()
