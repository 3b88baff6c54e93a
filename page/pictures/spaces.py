"""Colour spaces that a file names by numbers instead of by an ICC profile, and what brings each one to sRGB.

The numbers are those of ITU-T H.273 (CICP: nclx in AVIF and HEIC, cICP in PNG) or a PNG's gAMA and cHRM.
"""

import struct
from dataclasses import dataclass

import numpy as np

Chromaticities = tuple[float, float, float, float, float, float, float, float]
"""x and y of red, green, blue and white (CIE 1931)."""

Curve = tuple[float, float, float, float, float]
"""g, a, b, c, d: light is (a * value + b) ** g from the value d on, c * value below it; all of them 0 to 1."""

BT709: Chromaticities = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)
BT2020: Chromaticities = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290)
SRGB_CURVE: Curve = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
PQ, HLG = 16, 18  # H.273's numbers of the two curves of BT.2100

_SMPTE_170M = (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, 0.3127, 0.3290)
_PRIMARIES: dict[int, Chromaticities] = {  # H.273, table 2
    1: BT709,
    4: (0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.310, 0.316),
    5: (0.64, 0.33, 0.29, 0.60, 0.15, 0.06, 0.3127, 0.3290),
    6: _SMPTE_170M,
    7: _SMPTE_170M,
    8: (0.681, 0.319, 0.243, 0.692, 0.145, 0.049, 0.310, 0.316),
    9: BT2020,
    10: (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1 / 3, 1 / 3),
    11: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351),
    12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290),
    22: (0.630, 0.340, 0.295, 0.605, 0.155, 0.077, 0.3127, 0.3290),
}
# Bradford's matrix, by which ICC profiles move a white to the one that they all share (ICC.1, annex E).
_CONES = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_D50 = np.array([0.9642, 1.0, 0.8249])


def power(exponent: float) -> Curve:
    """Return the curve of light = value ** exponent."""
    return (exponent, 1.0, 0.0, 0.0, 0.0)


_SCREEN = power(2.4)  # BT.1886: how a screen shows what was shot with the curve of BT.709
_CURVES: dict[int, Curve] = {  # H.273, table 3, as light on a screen
    1: _SCREEN,
    4: power(2.2),
    5: power(2.8),
    6: _SCREEN,
    7: (1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 0.25, 0.0912),
    8: power(1.0),
    11: _SCREEN,
    13: SRGB_CURVE,
    14: _SCREEN,
    15: _SCREEN,
    17: (2.6, (52.37 / 48) ** (1 / 2.6), 0.0, 0.0, 0.0),
}
# A camera's film curve is a way to say "plain video" in AVIF, HEIC and profiles: browsers show such pictures like sRGB.
VIDEO = (1, 6, 11, 14, 15)


@dataclass(frozen=True)
class Space:
    """Red, green, blue, white and a curve: all that an ordinary RGB picture needs to be understood."""

    primaries: Chromaticities
    curve: Curve


@dataclass(frozen=True)
class HdrSpace:
    """A picture brighter than paper: `transfer` is PQ or HLG, `peak` the brightest light in it, in cd/m²."""

    primaries: Chromaticities
    transfer: int
    peak: float = 1000.0


SRGB = Space(BT709, SRGB_CURVE)


def exact(primaries: int, transfer: int, peak: float | None = None) -> Space | HdrSpace | None:
    """Return the space of two numbers of H.273, None where either is unknown or says that it is (as PNG wants it)."""
    if primaries not in _PRIMARIES:
        return None
    if transfer in (PQ, HLG):
        return HdrSpace(_PRIMARIES[primaries], transfer, *([peak] if peak else []))
    return Space(_PRIMARIES[primaries], _CURVES[transfer]) if transfer in _CURVES else None


def likely(primaries: int, transfer: int, peak: float | None = None) -> Space | HdrSpace:
    """Return the space of two numbers of H.273; what isn't known is taken for sRGB's (as AVIF and HEIC are shown)."""
    plain = transfer in VIDEO or transfer not in (*_CURVES, PQ, HLG)
    return exact(primaries if primaries in _PRIMARIES else 1, 13 if plain else transfer, peak) or SRGB


def to_xyz(primaries: Chromaticities) -> np.ndarray:
    """Return the 3 x 3 matrix from linear RGB to XYZ; white has Y = 1. Raises LinAlgError for no real primaries."""
    x, y = np.array(primaries[0::2]), np.array(primaries[1::2])
    if not (abs(x) <= 2).all() or not (abs(y) <= 2).all() or y[3] <= 0:
        raise np.linalg.LinAlgError(f"no colours: {primaries}")
    columns = np.stack([x, y, 1 - x - y])
    matrix: np.ndarray = columns[:, :3] * np.linalg.solve(columns[:, :3], columns[:, 3] / y[3])
    return matrix


def profile(space: Space) -> bytes:
    """Return an ICC profile of version 4 for a space, which littleCMS converts from faster than we could.

    Raises LinAlgError where the primaries span no colours, struct.error where a number fits no profile.
    """
    matrix = to_xyz(space.primaries)
    moved = np.linalg.solve(_CONES, np.diag((_CONES @ _D50) / (_CONES @ matrix.sum(axis=1))) @ _CONES) @ matrix
    curve = b"para\0\0\0\0\0\3\0\0" + b"".join(map(_fixed, space.curve))
    tags = {b"wtpt": _xyz(_D50), b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    tags |= {name: _xyz(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), moved.T, strict=True)}
    table, body = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(value))
        body += value
    head = bytearray(128)
    head[:4] = struct.pack(">I", 128 + len(table) + len(body))
    head[8:24] = b"\4\0\0\0mntrRGB XYZ "
    head[36:40] = b"acsp"
    head[68:80] = _xyz(_D50)[8:]
    return bytes(head) + table + body


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(float(value) * 65536))


def _xyz(values: np.ndarray) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, values))
