"""What the pixels of AVIF and HEIC say of their size: memory is taken for it, whatever the file around them says."""

from collections.abc import Iterator

from page.pictures.bare import CostlyPicture, Size

MOST_PICTURES = 8  # in one item; layers of an AVIF that appears little by little are up to four

_SEQUENCE, _FRAME_HEADER, _FRAME = 1, 3, 6  # units of AV1
_SPS, _FIRST_NOT_COLOURED = 33, 32  # units of HEVC; those below this number are pictures


class _Bits:
    """Reads bits from the left. Raises ValueError behind the end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data)
        self._left = 8 * len(data)

    def read(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise ValueError("cut off")
        return self._value >> self._left & (1 << count) - 1

    def read_golomb(self) -> int:
        """Read a number whose length is told by the zeros before it."""
        zeros = 0
        while not self.read(1):
            zeros += 1
        return (1 << zeros) - 1 + self.read(zeros)


def av1_sizes(data: bytes) -> Iterator[Size]:
    """Yield the sizes in an AV1 item (AV1 specification, 5.3 to 5.5).

    Raises CostlyPicture for more than eight pictures, ValueError or IndexError where it is damaged.
    """
    at = pictures = 0
    while at < len(data):
        head = data[at]
        at += 2 if head & 4 else 1
        length = len(data) - at
        if head & 2:
            length, at = _leb128(data, at)
        kind = head >> 3 & 15
        if kind == _SEQUENCE:
            yield _av1_size(_Bits(data[at : at + min(length, 1024)]))
        pictures += kind in (_FRAME_HEADER, _FRAME)
        if pictures > MOST_PICTURES:
            raise CostlyPicture()
        at += length


def hevc_sizes(configuration: bytes) -> Iterator[Size]:
    """Yield the sizes in a box `hvcC` (ISO/IEC 14496-15, 8.3.2).

    Raises ValueError or IndexError where it is damaged.
    """
    at = 23
    for _ in range(configuration[22]):
        count = int.from_bytes(configuration[at + 1 : at + 3])
        at += 3
        for _ in range(count):
            length = int.from_bytes(configuration[at : at + 2])
            unit = configuration[at + 2 : at + 2 + length]
            if unit and unit[0] >> 1 & 63 == _SPS:
                yield _hevc_size(_Bits(unit[2:1024].replace(b"\0\0\3", b"\0\0")))
            at += 2 + length


def check_hevc(data: bytes, width: int) -> None:
    """Raise CostlyPicture where an HEVC item, its units behind lengths of `width` bytes, holds more than one picture.

    And where it holds a size of its own.
    """
    at = pictures = 0
    while at + width + 2 < len(data):
        length = int.from_bytes(data[at : at + width])
        at += width
        kind = data[at] >> 1 & 63
        pictures += kind < _FIRST_NOT_COLOURED and data[at + 2] >> 7
        if kind == _SPS or pictures > MOST_PICTURES:
            raise CostlyPicture()
        at += length


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends."""
    value = 0
    for number in range(8):
        value |= (data[at + number] & 127) << 7 * number
        if not data[at + number] & 128:
            return value, at + number + 1
    raise ValueError("a number without an end")


def _av1_size(bits: _Bits) -> Size:
    bits.read(3)
    bits.read(1)
    if bits.read(1):  # the short header of a picture that stands still
        bits.read(5)
    else:
        _skip_operating_points(bits)
    across, down = bits.read(4) + 1, bits.read(4) + 1
    return bits.read(across) + 1, bits.read(down) + 1


def _skip_operating_points(bits: _Bits) -> None:
    delay = model = 0
    if bits.read(1):
        bits.read(64)
        if bits.read(1):
            bits.read_golomb()
        model = bits.read(1)
        if model:
            delay = bits.read(5) + 1
            bits.read(42)
    display = bits.read(1)
    for _ in range(bits.read(5) + 1):
        bits.read(12)
        if bits.read(5) > 7:
            bits.read(1)
        if model and bits.read(1):
            bits.read(2 * delay + 1)
        if display and bits.read(1):
            bits.read(4)


def _hevc_size(bits: _Bits) -> Size:
    bits.read(4)
    layers = bits.read(3)
    bits.read(1 + 96)
    told = [(bits.read(1), bits.read(1)) for _ in range(layers)]
    if layers:
        bits.read(2 * (8 - layers))
    for profile, level in told:
        bits.read(88 * profile + 8 * level)
    bits.read_golomb()
    if bits.read_golomb() == 3:
        bits.read(1)
    return bits.read_golomb(), bits.read_golomb()
