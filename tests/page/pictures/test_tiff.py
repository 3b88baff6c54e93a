"""The picture of a TIFF is found among its directories, also in files that are made to lead in circles."""

import struct

import pytest

from page.pictures.tiff import main

PICTURE = {256: (3, 8), 257: (3, 8), 258: (3, 8), 259: (3, 1), 262: (3, 1), 273: (4, 8), 277: (3, 1)}


def chained(*pages: dict[int, tuple[int, int]], last: int = 0) -> bytes:
    """A TIFF of several directories, the last of which names `last` as the next one."""
    body, starts = b"", []
    for tags in pages:
        starts.append(8 + len(body))
        entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, (kind, value) in sorted(tags.items()))
        following = starts[-1] + 6 + len(entries) if len(starts) < len(pages) else last
        body += struct.pack("<H", len(tags)) + entries + struct.pack("<I", following)
    return b"II*\0" + struct.pack("<I", 8) + body


def test_first_picture_that_is_no_smaller_version_is_the_picture() -> None:
    data = chained(
        PICTURE | {254: (4, 1)}, PICTURE | {254: (4, 4)}, PICTURE | {256: (3, 90)}, PICTURE | {256: (3, 999)}
    )
    assert main(data).size == (90, 8)


def test_pages_of_a_letter_count_as_pictures() -> None:
    assert main(chained(PICTURE | {254: (4, 2)}, PICTURE | {256: (3, 90)})).size == (8, 8)


def test_raw_data_of_a_camera_is_passed_over_for_its_largest_preview() -> None:
    raw = PICTURE | {262: (3, 32803), 256: (3, 4000)}
    data = chained(PICTURE | {254: (4, 1)}, raw, PICTURE | {254: (4, 1), 256: (3, 800)})
    assert main(data).size == (800, 8)


def test_directories_in_a_circle_end() -> None:
    assert main(chained(PICTURE | {254: (4, 1)}, PICTURE | {254: (4, 1), 257: (3, 9)}, last=8)).size == (8, 9)


def test_a_directory_that_names_itself_within_itself_ends() -> None:
    assert main(chained(PICTURE | {254: (4, 1), 330: (4, 8)})).size == (8, 8)


def test_no_more_than_a_hundred_directories_are_looked_at() -> None:
    small = PICTURE | {254: (4, 1)}
    assert main(chained(*[small] * 99, PICTURE | {256: (3, 90)})).size == (90, 8)
    assert main(chained(*[small] * 100, PICTURE | {256: (3, 90)})).size == (8, 8)


@pytest.mark.parametrize(
    "data", [chained(PICTURE | {262: (3, 4)}), chained({1: (3, 1)}), b"II*\0\xff\xff\0\0", b"II*\0"]
)
def test_a_file_without_a_picture_has_no_size(data: bytes) -> None:
    with pytest.raises((ValueError, LookupError, TypeError, struct.error)):
        assert main(data).size


def test_tags_that_are_no_numbers_say_nothing() -> None:
    odd = {254: (2, 0x31313131), 258: (2, 0x32323232), 330: (2, 0x33333333)}  # texts
    found = main(chained(PICTURE | odd))
    assert (found.size, found.is_reduced, found.is_deep, found.within) == ((8, 8), False, False, (0,))
