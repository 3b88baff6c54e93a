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

LINE_HEIGHT = 1.3  # from one line to the next, as a multiple of the letters' size

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
        return len(self._lines(text, style, width)) * _leading(style)

    def draw(self, picture: Pixels, text: str, left: int, top: int, style: Style, width: int) -> int:
        """Write into a (H, W, 3) uint8 RGB picture, in lines of at most `width` pixels; the height in pixels."""
        lines = self._lines(text, style, width)
        for number, line in enumerate(lines):
            place = (left, top + style.size + number * _leading(style))
            cv2.putText(picture, line, place, style.colour, self._font, style.size, style.weight)
        return len(lines) * _leading(style)

    def _lines(self, text: str, style: Style, width: int) -> list[str]:
        """Broken between words, and within a word that fills more than a line. OpenCV would break any word."""
        lines: list[str] = []
        for word in text.split():
            if lines and self._width(f"{lines[-1]} {word}", style) <= width:
                lines[-1] += f" {word}"
                continue
            lines.append("")
            for letter in word:
                if lines[-1] and self._width(lines[-1] + letter, style) > width:
                    lines.append("")
                lines[-1] += letter
        return lines

    def _width(self, text: str, style: Style) -> int:
        left, _, width, _ = cv2.getTextSize((0, 0), text, (0, 0), self._font, style.size, style.weight)
        return int(left + width)

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


def _leading(style: Style) -> int:
    return round(LINE_HEIGHT * style.size)
