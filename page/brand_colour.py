"""A host's own colour for buttons and links, with the shades that the page needs, all legible."""

import re

Colour = tuple[int, int, int]

WHITE, BLACK, PAPER, DARK = (255, 255, 255), (0, 0, 0), (245, 239, 228), (23, 19, 16)
TEXT = 4.5  # the least contrast of text, by WCAG 2
CLEAR = 7.0


def parse(text: str) -> Colour:
    """ "#0A5A69" as three numbers. Raises ValueError for anything else."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError('write a colour as "#" and six digits or letters from A to F')
    return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours, 1 to 21, by WCAG 2."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def shades(brand_colour: Colour) -> str:
    """The style sheet that puts `brand_colour`, which must be legible on PAPER, in the place of the page's own
    colour."""
    bright = _lightened(brand_colour, DARK)
    light = {
        "--lake": brand_colour,
        "--lake-press": _mixed(brand_colour, BLACK, 0.3),
        "--lake-tint": _mixed(brand_colour, PAPER, 0.86),
        "--on-lake": WHITE,
        "--yours": bright,
        "--on-yours": DARK,
    }
    dark = {
        "--lake": bright,
        "--lake-press": _mixed(bright, WHITE, 0.3),
        "--lake-tint": _mixed(brand_colour, DARK, 0.7),
        "--on-lake": DARK,
    }
    return f":root, .gradio-container {{{_rules(light)}}} .dark, .dark .gradio-container {{{_rules(dark)}}}"


def _lightened(colour: Colour, ground: Colour) -> Colour:
    steps = (_mixed(colour, WHITE, step / 20) for step in range(21))
    return next(step for step in steps if contrast(step, ground) >= CLEAR)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return (red, green, blue)


def _rules(values: dict[str, Colour]) -> str:
    return " ".join(f"{name}: #{red:02X}{green:02X}{blue:02X};" for name, (red, green, blue) in values.items())
