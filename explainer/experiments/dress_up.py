"""Dress it up: pieces of a costume are laid over a picture, and the model is asked again."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import resvg_py
from PIL import Image

from explainer.asking import Asking
from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.number import finite
from explainer.target import Target
from models.problems import Problem

FOLDER = Path(__file__).parent / "costumes"  # one drawing for each piece, by this project
COSTUMES = (
    "hat",
    "sunglasses",
    "pumpkin_glasses",
    "party_hat",
    "scarf",
    "wig",
    "bow_tie",
    "moustache",
    "snow",
    "grass",
)
MOST_PIECES = 12
LONGEST = 1024  # pixels along the longer side of what is drawn: the cost grows with its area, and with each piece
# The sum of all pieces' squared widths up to which they are drawn at LONGEST; a usual costume has some 3. A scarf,
# which is drawn through masks, takes 60 ms of a processor for each 1.
ROOM = 12.0
NARROWEST, WIDEST = 0.01, 4.0


class UnknownPiece(Problem):
    """A piece that is not in COSTUMES. Values: piece, known."""

    key = "dress_up.unknown"


class BadPiece(Problem):
    """A place, a width or an angle that is no number, or lies outside the picture. Values: piece, what."""

    key = "dress_up.bad"


class TooManyPieces(Problem):
    """More pieces than MOST_PIECES. Values: limit."""

    key = "dress_up.many"


@dataclass(frozen=True)
class Piece:
    """One piece of a costume, and where it is worn.

    `x` and `y` are its centre in fractions of the upright picture's width and height, 0..1; `width` is a fraction of
    the picture's width, NARROWEST..WIDEST; `turn` is in degrees, clockwise. Raises UnknownPiece or BadPiece.
    """

    piece: str
    x: float
    y: float
    width: float
    turn: float = 0.0

    def __post_init__(self) -> None:
        if self.piece not in COSTUMES:
            raise UnknownPiece(piece=self.piece, known=COSTUMES)
        bounds = {"x": (0, 1), "y": (0, 1), "width": (NARROWEST, WIDEST), "turn": (-math.inf, math.inf)}
        for what, (lowest, highest) in bounds.items():
            number = finite(getattr(self, what))
            if number is None or not lowest <= number <= highest:
                raise BadPiece(piece=self.piece, what=what)


def dress_up(
    asking: Asking, picture: Image.Image, pieces: Sequence[Piece], target: Target | None = None
) -> BeforeAfter:
    """Ask about a picture, and about the same picture in a costume.

    Args:
        asking: whom to ask and how.
        picture: upright RGB picture of any size.
        pieces: in the order in which they are put on.
        target: what both maps and both confidences are for; None for the model's first answer before.

    Raises:
        TooManyPieces: more than MOST_PIECES.
        models.problems.Problem: what `explainer.explain.explain` raises.
    """
    wearing = dressed(picture, pieces)
    before = asking.explain(picture, target)
    return BeforeAfter(before, asking.explain(wearing, before.target), wearing)


def dressed(picture: Image.Image, pieces: Sequence[Piece]) -> Image.Image:
    """Lay pieces over a copy of an RGB picture, the first at the bottom.

    A pixel becomes `picture * (1 - alpha) + piece * alpha`, rounded, and stays exactly as it was where alpha is 0. On a
    picture larger than LONGEST the pieces are drawn smaller, and enlarged. Raises TooManyPieces.
    """
    if len(pieces) > MOST_PIECES:
        raise TooManyPieces(limit=MOST_PIECES)
    if not pieces:
        return picture.copy()
    scale = min(1.0, _longest(pieces) / max(picture.size))
    width, height = (max(1, round(scale * side)) for side in picture.size)
    drawn = resvg_py.svg_to_bytes(overlay_svg(pieces, width, height), skip_system_fonts=True)
    overlay: Image.Image = Image.open(BytesIO(drawn))
    if overlay.size != picture.size:
        overlay = overlay.resize(picture.size, Image.Resampling.BILINEAR)
    result = picture.copy()
    result.paste(overlay, mask=overlay)
    return result


def _longest(pieces: Sequence[Piece]) -> float:
    """The longer side in pixels at which all pieces together take no more time than ROOM allows."""
    return LONGEST * math.sqrt(min(1.0, ROOM / sum(piece.width**2 for piece in pieces)))


def overlay_svg(pieces: Sequence[Piece], width: int, height: int) -> str:
    """All pieces in one transparent drawing of `width` by `height` pixels, which the browser can show as well."""
    worn = "".join(_worn(piece, width, height) for piece in pieces)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{worn}</svg>'


@cache
def drawing(piece: str) -> str:
    """The SVG of one of COSTUMES. Raises KeyError for any other name, so that no path is made from it."""
    return {name: FOLDER / f"{name}.svg" for name in COSTUMES}[piece].read_text(encoding="utf-8")


@cache
def size(piece: str) -> tuple[float, float]:
    """Width and height of a drawing in its own units; only their ratio matters."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing(piece))
    if found is None:
        raise ValueError(f"the drawing of {piece} has no viewBox")
    return float(found[1]), float(found[2])


def sizes() -> dict[str, tuple[float, float]]:
    """The size of each of COSTUMES."""
    return {piece: size(piece) for piece in COSTUMES}


def _worn(piece: Piece, width: int, height: int) -> str:
    own_width, own_height = size(piece.piece)
    wide = piece.width * width
    high = wide * own_height / own_width
    # Without "visible" each drawing would be cut out by a mask as large as the picture, which is slow.
    place = f'overflow="visible" x="{-wide / 2:.3f}" y="{-high / 2:.3f}" width="{wide:.3f}" height="{high:.3f}"'
    move = f"translate({piece.x * width:.3f} {piece.y * height:.3f}) rotate({piece.turn % 360:.3f})"
    return f'<g transform="{move}">{drawing(piece.piece).replace("<svg ", f"<svg {place} ", 1)}</g>'
