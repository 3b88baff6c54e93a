"""ICC profiles before they are read: kilobytes may ask for gigabytes in one of their ways to tell colours."""

_HEAD, _ENTRY = 128, 12  # bytes
_MOST_TAGS = 100  # that are read of a profile
# Steps one after another, each with a table of its own, and all of these may be the same bytes. No browser reads them.
_BY_STEPS = {b"D2B0", b"D2B1", b"D2B2", b"D2B3", b"B2D0", b"B2D1", b"B2D2", b"B2D3"}


def bare(profile: bytes) -> bytes:
    """Return a profile without the tags that are made of steps; what is damaged stays so."""
    changed = bytearray(profile)
    count = min(int.from_bytes(profile[_HEAD : _HEAD + 4]), _MOST_TAGS)
    for number in range(count):
        at = _HEAD + 4 + number * _ENTRY
        if profile[at : at + 4] in _BY_STEPS:
            changed[at : at + 4] = b"skp" + bytes((number,))  # no two may have one name
    return bytes(changed)
