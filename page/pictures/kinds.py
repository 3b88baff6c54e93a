"""Kinds of files that people take for pictures and that are not opened here: which one it is, and what to do."""

import re

from models.problems import Problem
from page.pictures.bare import OtherKind
from page.pictures.raw import RawPhoto


class Document(Problem):
    """Pages to read, with pictures in them perhaps. Values: `kind`, its name."""

    key = "picture.document"


class Film(Problem):
    """What moves and sounds."""

    key = "picture.film"


_STARTS: tuple[tuple[bytes, type[Problem], str], ...] = (
    (b"\xff\x0a", OtherKind, "JPEG XL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", OtherKind, "JPEG XL"),
    (b"II\xbc\x01", OtherKind, "JPEG XR"),
    (b"gimp xcf", OtherKind, "GIMP (XCF)"),
    (b"\x76\x2f\x31\x01", OtherKind, "OpenEXR"),
    (b"#?RADIANCE", OtherKind, "HDR"),
    (b"#?RGBE", OtherKind, "HDR"),
    (b"DDS ", OtherKind, "DDS"),
    (b"qoif", OtherKind, "QOI"),
    (b"icns", OtherKind, "ICNS"),
    (b"\x0a\x05\x01\x08", OtherKind, "PCX"),
    (b"\x01\xda\0\1", OtherKind, "SGI"),
    (b"\x01\xda\1\1", OtherKind, "SGI"),
    (b"\x59\xa6\x6a\x95", OtherKind, "Sun"),
    (b"/* XPM */", OtherKind, "XPM"),
    (b"SIMPLE  =", OtherKind, "FITS"),
    (b"BPG\xfb", OtherKind, "BPG"),
    (b"FLIF", OtherKind, "FLIF"),
    (b"\xd7\xcd\xc6\x9a", OtherKind, "WMF"),
    (b"FUJIFILMCCD-RAW", RawPhoto, "RAF"),
    (b"IIU\0", RawPhoto, "RW2"),
    (b"IIRO", RawPhoto, "ORF"),
    (b"IIRS", RawPhoto, "ORF"),
    (b"MMOR", RawPhoto, "ORF"),
    (b"FOVb", RawPhoto, "X3F"),
    (b"%PDF-", Document, "PDF"),
    (b"%!PS", Document, "PostScript"),
    (b"\xc5\xd0\xd3\xc6", Document, "EPS"),
    (b"AT&TFORM", Document, "DjVu"),
    (b"{\\rtf", Document, "RTF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Document, "Office"),
    (b"\x1a\x45\xdf\xa3", Film, ""),
    (b"FLV\x01", Film, ""),
    (b"\0\0\1\xba", Film, ""),
    (b"\0\0\1\xb3", Film, ""),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Film, ""),
)
_FILM_BOXES = {b"moov", b"mdat", b"wide"}
_SOUND = (b"M4A ", b"M4B ", b"F4A ")
_OFFICE = re.compile(rb"PK\x03\x04.{26}(\[Content_Types\]\.xml|mimetypeapplication/vnd\.oasis)", re.DOTALL)


def named(data: bytes) -> Problem | None:
    """Return the refusal that says what a file is, None for nothing known."""
    for start, problem, kind in _STARTS:
        if data.startswith(start):
            return problem(kind=kind) if kind else problem()
    if data[4:8] == b"ftyp":
        return _of_brand(data[8:12])
    if data[4:8] in _FILM_BOXES or (data[:4] == b"RIFF" and data[8:12] == b"AVI ") or data[:377:188] == b"GGG":
        return Film()
    if data[40:44] == b" EMF" and data[:4] == b"\1\0\0\0":
        return OtherKind(kind="EMF")
    if data[128:132] == b"DICM":
        return OtherKind(kind="DICOM")
    return Document(kind="Office") if _OFFICE.match(data) else None


def _of_brand(brand: bytes) -> Problem | None:
    """Return what a file made of boxes is, by the brand that it names first."""
    if brand == b"crx ":
        return RawPhoto(kind="CR3")
    return None if brand in _SOUND else Film()
