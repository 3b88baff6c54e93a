"""Letters on a picture, in the fonts that come inside OpenCV: Rubik, and WenQuanYi Micro Hei for what it lacks."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from explainer.heatmap import Pixels

# OpenCV puts the words of these scripts in the wrong order.
RIGHT_TO_LEFT = {"R", "AL", "AN"}
CONTROL = {"Cc", "Cf", "Co", "Cn", "Cs"}
MISSING = "?"  # what OpenCV draws for a letter that no font has
SAMPLE = 40  # px, large enough for two letters never to look alike

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Style:
    """Size in pixels, weight 100..1000 and RGB colour of letters."""

    size: int
    weight: int
    colour: Colour


def tidy(text: str) -> str:
    """What a person typed in one line: composed letters (NFC), no control characters, single spaces."""
    composed = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if letter.isspace() else letter for letter in composed)
    return " ".join("".join(letter for letter in spaced if unicodedata.category(letter) not in CONTROL).split())


class Lettering:
    """Draws lines of text. Fonts are opened anew for each, since OpenCV's keep a state; that takes about 2 ms."""

    def __init__(self) -> None:
        self._font = cv2.FontFace("sans")

    def drawable(self, text: str) -> str:
        """The letters of a tidy text that can be drawn: Latin, Greek, Cyrillic, Chinese, Japanese, Korean and signs.

        Left out are scripts from right to left, letters that no font has (Hindi, emoji …) and accents that stand alone.
        """
        known = {letter for letter in set(text) if self._can_draw(letter)}
        return " ".join("".join(letter for letter in text if letter in known).split())

    def height(self, text: str, style: Style, width: int) -> int:
        """How many pixels high a text is when it is broken into lines of at most `width` pixels."""
        if not text:
            return 0
        place = (0, style.size)
        box = cv2.getTextSize(
            (width, 0), text, place, self._font, style.size, style.weight, cv2.PUT_TEXT_WRAP, (0, width)
        )
        return int(box[1] + box[3])

    def draw(self, picture: Pixels, text: str, left: int, top: int, style: Style, width: int) -> int:
        """Write into a (H, W, 3) uint8 RGB picture, in lines of at most `width` pixels; the height in pixels."""
        if text:
            place = (left, top + style.size)
            wrap = (left, left + width)
            cv2.putText(
                picture, text, place, style.colour, self._font, style.size, style.weight, cv2.PUT_TEXT_WRAP, wrap
            )
        return self.height(text, style, width)

    def _can_draw(self, letter: str) -> bool:
        if letter in (" ", MISSING):
            return True
        if unicodedata.category(letter)[0] == "M" or unicodedata.bidirectional(letter) in RIGHT_TO_LEFT:
            return False
        drawn = self._sample(letter)
        return bool(drawn.any()) and not np.array_equal(drawn, self._missing)

    @cached_property
    def _missing(self) -> Pixels:
        return self._sample(MISSING)

    def _sample(self, letter: str) -> Pixels:
        place = np.zeros((2 * SAMPLE, 2 * SAMPLE), np.uint8)
        cv2.putText(place, letter, (SAMPLE // 2, SAMPLE + SAMPLE // 2), 255, self._font, SAMPLE, 400)
        return place
