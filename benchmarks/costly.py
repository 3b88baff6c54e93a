"""Small requests that would cost much: pictures, words, names, bodies and connections.

Each case is one kind, sent a few times; what it is about is told by its name. Nothing here is of a real page's
visitors, all of it is made when it is sent.
"""

import io
import json
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.stranger import BOUNDARY, FORM, JSON, Stranger

Case = Callable[[Stranger], None]
SIDE = 6320  # of the largest picture that the page takes: 40 megapixels


# --- files ---


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def small() -> bytes:
    """A harmless picture."""
    return saved(Image.new("RGB", (64, 64), (200, 10, 10)), "PNG")


def hard() -> bytes:
    """A picture that the tests which search take longest with."""
    return saved(noise(300, 1), "JPEG")


def noise(side: int, seed: int = 0) -> Image.Image:
    """A picture that no format makes smaller."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8))


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def directory(tags: int, size: int) -> bytes:
    """A TIFF directory whose tags all name the same bytes."""
    start = 14 + 12 * tags
    entries = b"".join(struct.pack("<HHII", 1000 + tag, 7, size - start, start) for tag in range(tags))
    return (b"II*\0\x08\0\0\0" + struct.pack("<H", tags) + entries + bytes(4)).ljust(size, b"z")


def big_directory(tags: int, size: int) -> bytes:
    """The same in a BigTIFF."""
    start = 32 + 20 * tags
    entries = b"".join(struct.pack("<HHQQ", 1000 + tag, 7, size - start, start) for tag in range(tags))
    return (b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, tags) + entries + bytes(8)).ljust(size, b"z")


def png_with(*chunks: bytes) -> bytes:
    """A small PNG with more chunks before its pixels."""
    data = small()
    return data[:33] + b"".join(chunks) + data[33:]


def jpeg_with_exif(notes: bytes) -> bytes:
    """A small JPEG with these notes."""
    data = saved(Image.new("RGB", (64, 64)), "JPEG")
    body = b"Exif\0\0" + notes
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]


def webp_with_exif(notes: bytes) -> bytes:
    """A small WebP with these notes."""
    return saved(Image.new("RGB", (64, 64)), "WEBP", exif=b"Exif\0\0" + notes)


def scans(side: int, more: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    data = saved(Image.new("RGB", (side, side)), "JPEG", progressive=True, quality=50)
    at = data.rfind(b"\xff\xda")
    return data[:-2] + data[at:-2] * more + b"\xff\xd9"


def gif_of_blocks(blocks: int) -> bytes:
    """A GIF with so many extension blocks before its frame."""
    data = saved(Image.new("P", (8, 8)), "GIF")
    head = 13 + (6 << (data[10] & 7) if data[10] & 0x80 else 0)
    return data[:head] + b"!\xfe\x01a\0" * blocks + data[head:]


def chain_of_directories(pages: int) -> bytes:
    """A TIFF with so many empty pages."""
    ends = [8 + 6 * (page + 1) for page in range(pages)]
    pages_data = b"".join(struct.pack("<HI", 0, end if end < 8 + 6 * pages else 0) for end in ends)
    return b"II*\0\x08\0\0\0" + pages_data


def strips_tiff(strips: int) -> bytes:
    """A TIFF whose strips all name the same bytes."""
    tags = [(256, 3, 1, 64), (257, 4, 1, strips), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (278, 3, 1, 1)]
    at = 8 + 2 + 12 * 8 + 4
    tags += [(273, 4, strips, at), (279, 4, strips, at + 4 * strips)]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    end = at + 8 * strips
    body = struct.pack(f"<{strips}I", *[end] * strips) + struct.pack(f"<{strips}I", *[64] * strips) + bytes(64)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + bytes(4) + body


def icons(count: int) -> bytes:
    """An icon file whose entries all name the same picture."""
    picture = small()
    at = 6 + 16 * count
    entry = struct.pack("<BBBBHHII", 64, 64, 0, 0, 1, 32, len(picture), at)
    return struct.pack("<HHH", 0, 1, count) + entry * count + picture


def film(frames: int) -> bytes:
    """An animated WebP."""
    images = [Image.new("RGB", (16, 16), (number % 256, 0, 0)) for number in range(frames)]
    return saved(images[0], "WEBP", save_all=True, append_images=images[1:], lossless=True)


def flat(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    """The largest picture that is taken, of one colour."""
    return saved(Image.new(mode, (SIDE, SIDE)), kind, **options)


# --- what is sent ---


def at_once(times: int, act: Callable[[], object]) -> None:
    """The same in so many threads."""
    threads = [threading.Thread(target=act) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def explained(data: Callable[[], bytes], times: int = 1) -> Case:
    """A file to the plain route, `times` at once."""

    def case(stranger: Stranger) -> None:
        file = data()
        at_once(times, lambda: stranger.explain(file))

    return case


def asked(
    endpoint: str, values: Callable[[Any], list[Any]], data: Callable[[], bytes] = small, read: bool = True
) -> Case:
    """A question to an endpoint about an uploaded file."""

    def case(stranger: Stranger) -> None:
        stranger.call(endpoint, values(stranger.upload(data())), read)

    return case


def headers(**given: str) -> Case:
    """A request with these headers."""
    return lambda stranger: void(stranger.ask("/healthz", headers=given))


def void(value: object) -> None:
    """Nothing, whatever was given."""


def many_unread(stranger: Stranger) -> None:
    """Eight questions about two dozen large pictures that are one, at once."""
    given = stranger.upload(flat("WEBP", "RGBA", lossless=True, method=0), "a.webp")
    for _ in range(8):
        stranger.call("many", [[given] * 24, None, None, None, None], read=False)
    time.sleep(15)


def cards_unread(stranger: Stranger) -> None:
    """Answers of megabytes that nobody fetches."""
    picture, mask = (
        stranger.upload(saved(noise(640), "PNG")),
        stranger.upload(saved(Image.new("L", (8, 8), 255), "PNG")),
    )
    for _ in range(10):
        stranger.call("memory_cards", [[picture] * 12, [mask] * 12, ["x"] * 12, None, None], read=False)
    time.sleep(15)


def slow_bodies(stranger: Stranger) -> None:
    """Bodies that never come."""
    head = b"POST /api/explain HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n\x89PNG"
    held = [stranger.open(head) for _ in range(60)]
    time.sleep(8)
    close(held)


def slow_uploads(stranger: Stranger) -> None:
    """Uploads of which a byte comes now and then."""
    head = "POST /gradio_api/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    head += 'Content-Length: 10000000\r\n\r\n--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
    held = [stranger.open(head.encode()) for _ in range(40)]
    for _ in range(8):
        for one in held:
            with suppress(OSError):
                if one:
                    one.sendall(b"x" * 20_000)
        time.sleep(1)
    close(held)


def slow_joins(stranger: Stranger) -> None:
    """Questions whose body comes byte by byte."""
    head = b"POST /gradio_api/call/explain HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    held = [stranger.open(head + b"Content-Length: 200000\r\n\r\n{") for _ in range(60)]
    for _ in range(6):
        for one in held:
            with suppress(OSError):
                if one:
                    one.sendall(b" ")
        time.sleep(1)
    close(held)


def idle_connections(stranger: Stranger) -> None:
    """Connections on which nothing is said."""
    held = [stranger.open() for _ in range(400)]
    time.sleep(8)
    close(held)


def half_headers(stranger: Stranger) -> None:
    """Headers that never end."""
    held = [stranger.open(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: " + b"a" * 4000) for _ in range(60)]
    for _ in range(6):
        for one in held:
            with suppress(OSError):
                if one:
                    one.sendall(b"a" * 1000)
        time.sleep(1)
    close(held)


def close(held: list[Any]) -> None:
    """Hang up."""
    for one in held:
        if one:
            one.close()


def flood(endpoint: str, rest: list[Any], times: int = 58) -> Case:
    """The line filled with the dearest questions."""

    def case(stranger: Stranger) -> None:
        given = stranger.upload(saved(noise(300, 1), "JPEG"), "n.jpg")
        for _ in range(times):
            stranger.call(endpoint, [given, *rest], read=False)
        time.sleep(12)

    return case


def flood_from_nothing(stranger: Stranger) -> None:
    """The same with pictures made of nothing."""
    for _ in range(58):
        stranger.call("from_nothing", ["teapot", None, None], read=False)
    time.sleep(12)


def names_of_uploads(stranger: Stranger) -> None:
    """Long names that a page might remember."""
    for number in range(200):
        one = stranger.open(
            f"GET /gradio_api/upload_progress?upload_id={number}{'x' * 12_000} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        )
        time.sleep(0.01)
        close([one])


def names_of_sessions(stranger: Stranger) -> None:
    """Sessions that are opened and left."""
    for number in range(200):
        for path in (f"heartbeat/{number}{'y' * 2000}", f"queue/data?session_hash={number}{'z' * 2000}"):
            close([stranger.open(f"GET /gradio_api/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())])
            time.sleep(0.005)


def joined_sessions(stranger: Stranger) -> None:
    """Questions of sessions that nobody listens to."""
    for number in range(200):
        body = {"data": [], "fn_index": 0, "session_hash": f"s{number}" + "w" * 50, "event_data": None, "trigger_id": 1}
        stranger.ask("/gradio_api/queue/join", json.dumps(body).encode(), JSON)


def full_disk(stranger: Stranger) -> None:
    """Uploads one after the other."""
    data = saved(noise(2200), "PNG")  # about 14 MB
    for number in range(24):
        stranger.upload(data + str(number).encode())


def front_pages(stranger: Stranger) -> None:
    """The page in many languages."""
    for number in range(60):
        stranger.ask("/", headers={"accept-language": f"x{number},de;q=0.5", "cookie": f"a={number}"})
        stranger.ask("/config")


def pipelined(stranger: Stranger) -> None:
    """Thousands of requests on one connection."""
    one = stranger.open(b"GET /gradio_api/info HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 2000)
    stranger.requests += 1999
    time.sleep(8)
    close([one])


def many_parts(stranger: Stranger) -> None:
    """A form of very many parts, and one with a header that never ends."""
    parts = form([field("files", b"a")] * 100_000)
    stranger.ask("/gradio_api/upload", parts, FORM)
    stranger.ask("/api/explain", parts, FORM)
    stranger.ask("/gradio_api/upload", f"--{BOUNDARY}\r\nContent-Disposition: ".encode() + b"a" * 8_000_000, FORM)


def some_parts(stranger: Stranger) -> None:
    """Forms of 1,500 parts, with files and with texts."""
    for path in ("explain", "many", "memory_cards", "teach"):
        for part in (file("pictures", small()), field("names", b"a")):
            stranger.ask(f"/api/{path}", form([part] * 1_500), FORM)


def mixed_files(stranger: Stranger) -> None:
    """Forms that call themselves otherwise, of many files."""
    for kind in ("mixed", "related", "x-anything"):
        told = {"content-type": f"multipart/{kind}; boundary={BOUNDARY}"}
        for path in ("/api/explain", "/api/many", "/api/teach", "/gradio_api/upload"):
            stranger.ask(path, form([file("pictures", b"x" * 100)] * 50_000), told)


def two_types(stranger: Stranger) -> None:
    """Forms whose type is told twice, each time otherwise."""
    parts = form([file("pictures", b"x" * 100)] * 50_000)
    for first, other in ((FORM["content-type"], "text/plain"), ("text/plain", FORM["content-type"])):
        for path in ("/api/explain", "/api/many", "/api/teach", "/gradio_api/upload"):
            stranger.ask(path, parts, {"content-type": first, "Content-Type": other})


def odd_charsets(stranger: Stranger) -> None:
    """Texts in a code that takes time with the square of a text."""
    for charset in ("punycode", "idna", "unicode_escape", "uu"):
        told = {"content-type": f"{FORM['content-type']}; charset={charset}"}
        text = field("target", b"a" * 250_000 + b"-" + b"b" * 250_000, f"text/plain; charset={charset}")
        for path in ("explain", "fool", "teach"):
            stranger.ask(f"/api/{path}", form([text]), told)


def repeated_fields(stranger: Stranger) -> None:
    """One field 990 times, in which much has to be read."""
    value = field("pieces", json.dumps([[[]] * 300] * 10).encode())
    for path in ("dress_up", "many_counts", "move_the_window"):
        stranger.ask(f"/api/{path}", form([value] * 990), FORM)


def large_bodies(stranger: Stranger) -> None:
    """Files as large as they may be, from forty addresses, a few at once from each."""
    data = np.random.default_rng(0).bytes(15_000_000)
    sent = {
        "latched": form([file("empty", data)]),
        "memory_cards": form([file("pictures", data)]),
        "many": form([file("pictures", data)]),
        "outside": data,
    }

    def send(one: Stranger) -> None:
        for path, body in sent.items():
            one.ask(f"/api/{path}", body, {} if body is data else FORM)

    crowd = stranger.crowd(40)
    threads = [threading.Thread(target=send, args=(one,)) for one in crowd for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stranger.count(crowd)


def slow_lessons(stranger: Stranger) -> None:
    """Pictures for a lesson, and forms of many, of which nothing but the beginning comes."""
    start = b"Host: 127.0.0.1\r\nContent-Length: 1000000\r\n"
    part = b'--x\r\nContent-Disposition: form-data; name="pictures"; filename="a"\r\n\r\n\x89PNG'
    form = b"POST /api/teach HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\n" + start + b"\r\n" + part
    picture = b"POST /api/teach/picture?thing=1&take=1 HTTP/1.1\r\n" + start + b"\r\n\x89PNG"
    held = [stranger.open(sent) for sent in (picture, form) for _ in range(60)]
    time.sleep(20)
    close(held)


def field(name: str, data: bytes, kind: str = "") -> bytes:
    """A part of a form."""
    told = f"\r\nContent-Type: {kind}" if kind else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{told}\r\n\r\n'.encode() + data + b"\r\n"


def file(name: str, data: bytes) -> bytes:
    """A part of a form that is a file."""
    return field(f'{name}"; filename="a', data)


def form(parts: list[bytes]) -> bytes:
    """A whole form."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def lesson_form() -> bytes:
    """What a program that teaches sends: eight pictures of two things."""
    pictures = [file("pictures", saved(noise(64, number), "JPEG")) for number in range(8)]
    return form([*pictures, *[field("names", name) for name in [b"a", b"b"] * 4]])


def lesson(stranger: Stranger) -> dict[str, Any]:
    """A visit with two things: its `model`, and the ids of the `things`."""
    _, said = stranger.ask("/api/teach/begin", b"")
    model = json.loads(said).get("model", "")
    things = []
    for name in "ab":
        _, said = stranger.ask(f"/api/teach/thing?model={model}&name={name}", b"")
        things.append(json.loads(said).get("thing", 0))
    return {"model": model, "things": things}


def full_lessons(stranger: Stranger) -> None:
    """Lessons with as many pictures as they take, then all of them as a file, and learned anew with each question."""
    given = lesson(stranger)
    model, (one, other) = given["model"], given["things"]
    for number in range(400):
        thing = one if number % 2 else other
        data = saved(noise(224, number), "JPEG")
        stranger.ask(f"/api/teach/picture?model={model}&thing={thing}&take={number % 9}", data)
    for number in range(12):
        stranger.ask(f"/api/teach/thing?model={model}&thing={one}&name=n{number}", b"")
        stranger.ask(f"/api/teach/ask?model={model}", small())
        stranger.ask(f"/api/teach/data_set?model={model}")
        stranger.ask(f"/api/teach/file?model={model}&pictures=1")


def exams(stranger: Stranger) -> None:
    """Exams of more pictures than they take, and forms of large ones."""
    given = stranger.upload(saved(noise(300, 1), "JPEG"), "n.jpg")
    body = lesson_form()
    for _ in range(12):
        status, said = stranger.ask("/api/teach", body, FORM)
        if status == 200 and given:
            model = json.loads(said)["model"]
            stranger.call("latched", [model, None, None, None, None, [given] * 600, ["a"] * 600, None], read=False)
            stranger.call("latched", [model, [given] * 24, ["a"] * 24, [given] * 24, given, None, None, None])


def programs_that_teach(stranger: Stranger) -> None:
    """Lessons of programs of one address, each with a cookie that it made up."""
    body, page = lesson_form(), small()
    for number in range(150):
        cookie = {"cookie": f"visitor={number:032x}"}
        stranger.ask("/api/teach", body, {**FORM, **cookie})
        stranger.ask("/api/teach_open", page, cookie)
        stranger.ask("/api/teach/begin", b"", cookie)


def untaken_answers(stranger: Stranger) -> None:
    """Answers of many megabytes of which nobody takes a byte."""
    picture, mask = saved(noise(1000), "JPEG"), saved(Image.new("L", (800, 800), 255), "PNG")
    parts = [part for _ in range(8) for part in (file("pictures", picture), file("masks", mask))]
    body = form([*parts, field("meanings", json.dumps(["x"] * 8).encode())])
    head = f"POST /api/memory_cards HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {FORM['content-type']}\r\n"
    held = [stranger.open(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body) for _ in range(24)]
    held += [stranger.open(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 2) for _ in range(30)]
    time.sleep(40)
    close(held)


def ranges(stranger: Stranger) -> None:
    """A file in a thousand pieces."""
    given = stranger.upload(saved(noise(600), "PNG"))
    if given:
        pieces = "bytes=" + ",".join(f"{start}-{start + 1}" for start in range(0, 3000, 3))
        stranger.ask(f"/gradio_api/file={given['path']}", headers={"range": pieces})


def words(count: int) -> str:
    """So many words that differ."""
    return " ".join(f"{number:x}" for number in range(count))[:240_000]


def json_bodies() -> Iterator[bytes]:
    """Nested, long and odd JSON."""
    yield b"[" * 120_000 + b"]" * 120_000
    yield b'{"data": [' + b"1," * 100_000 + b"1]}"
    yield b'{"data": [' + b"9" * 200_000 + b"]}"
    yield b'{"data": {"a":' * 10_000 + b"1" + b"}}" * 10_000


def odd_json(stranger: Stranger) -> None:
    """JSON that is slow to read or to convert."""
    for body in json_bodies():
        for path in ("call/explain", "call/many_counts", "call/dress_up", "queue/join"):
            stranger.ask(f"/gradio_api/{path}", body, JSON)


def pieces(**more: Any) -> list[dict[str, Any]]:
    """Twelve costume pieces."""
    return [{"piece": "wig", "x": 0.5, "y": 0.5, "width": 4, "turn": 33, **more}] * 12


STRIP = Image.new("RGB", (20_000, 2_000), (200, 10, 10))

CASES: dict[str, Case] = {
    # Notes and structure
    "notes of a TIFF": explained(lambda: directory(16_000, 400_000)),
    "notes of a BigTIFF": explained(lambda: big_directory(12_000, 400_000)),
    "notes in a PNG": explained(lambda: png_with(chunk(b"eXIf", directory(16_000, 400_000)))),
    "notes in a JPEG": explained(lambda: jpeg_with_exif(directory(2_500, 65_000))),
    "notes in a WebP": explained(lambda: webp_with_exif(directory(16_000, 400_000))),
    "chunks of a PNG": explained(lambda: png_with(*[chunk(b"tEXt", b"a\0b")] * 100_000)),
    "packed text in a PNG": explained(
        lambda: png_with(*[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(60_000_000), 9))] * 20)
    ),
    "packed profile in a PNG": explained(
        lambda: png_with(chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(200_000_000), 9)))
    ),
    "blocks of a GIF": explained(lambda: gif_of_blocks(1_000_000)),
    "pages of a TIFF": explained(lambda: chain_of_directories(200_000)),
    "strips of a TIFF": explained(lambda: strips_tiff(500_000)),
    "entries of an icon": explained(lambda: icons(60_000)),
    "frames of a WebP": explained(lambda: film(500)),
    "scans of a JPEG": explained(lambda: scans(SIDE, 1200), times=2),
    # Pixels
    "largest PNG": explained(lambda: flat("PNG"), times=8),
    "largest PNG with alpha": explained(lambda: flat("PNG", "RGBA"), times=8),
    "largest WebP": explained(lambda: flat("WEBP", "RGBA", lossless=True, method=0), times=8),
    "largest AVIF": explained(lambda: flat("AVIF", speed=10), times=8),
    "largest progressive JPEG": explained(lambda: flat("JPEG", progressive=True, subsampling=0), times=8),
    "largest TIFF of real numbers": explained(lambda: flat("TIFF", "F", compression="tiff_adobe_deflate"), times=4),
    "many strips that are one": asked(
        "many",
        lambda given: [[given] * 24, None, None, None, None],
        lambda: saved(Image.new("L", (39_000, 1_024)), "PNG"),
    ),
    "many pictures at once, unread": many_unread,
    "cards unread": cards_unread,
    "costumes on a strip": asked("dress_up", lambda given: [given, pieces(), None, None], lambda: saved(STRIP, "PNG")),
    "windows of a strip": asked(
        "move_the_window",
        lambda given: [given, {"x": 0, "y": 0, "size": 1}, None, None],
        lambda: saved(STRIP, "PNG"),
    ),
    # Words and numbers
    "a cookie of backslashes": headers(cookie='visitor="' + "\\" * 30_000 + '"'),
    "sixty kilobytes of headers": headers(**{f"x-{number}": "a" * 3_000 for number in range(20)}),
    "a target of words": asked("explain", lambda given: [given, None, words(60_000), None, None]),
    "a target of contrasts": asked("explain", lambda given: [given, None, "a rather than " * 16_000, None, None]),
    "a word to fool with": asked("fool", lambda given: [given, words(60_000), None, None, None]),
    "words to weigh": asked("dog_or_cat", lambda given: [given, [words(20_000)] * 2, None, None]),
    "a meaning": asked("memory_card", lambda given: [given, given, "\ufdfa" * 80_000, None, None]),
    "labels of many": asked("many", lambda given: [[given] * 2, None, [words(15_000)] * 2, None, None]),
    "rows to count": lambda stranger: void(
        stranger.call("many_counts", [[{"label": "x" * 100, "confidence": 0.5}] * 1_200, None, None, None, None])
    ),
    "a number of many digits": asked("dress_up", lambda given: [given, pieces(x=10**400), None, None]),
    "odd JSON": odd_json,
    "a long address": lambda stranger: void(stranger.ask("/healthz?" + "a" * 60_000)),
    # Places, connections, names, disk
    "bodies that never come": slow_bodies,
    "uploads that drip": slow_uploads,
    "questions that drip": slow_joins,
    "idle connections": idle_connections,
    "headers that never end": half_headers,
    "the line full of noise to find": flood("fool", ["goldfish", None, None, None]),
    "the line full of random maps": flood("unlearned", [None, None, None, None]),
    "the line full of pictures of nothing": flood_from_nothing,
    "a noise to find, to its end": asked("fool", lambda given: [given, "goldfish", None, None, None], hard),
    "one step of a noise": asked("fool_step", lambda given: [given, "goldfish", 8, None, None], hard),
    "random maps, to their end": asked("unlearned", lambda given: [given, None, None, None, None], hard),
    "a picture of nothing, to its end": lambda stranger: void(stranger.call("from_nothing", ["teapot", None, None])),
    "names of uploads": names_of_uploads,
    "names of sessions": names_of_sessions,
    "sessions that nobody listens to": joined_sessions,
    "uploads without end": full_disk,
    "the page again and again": front_pages,
    "two thousand requests in a row": pipelined,
    "forms of many parts": many_parts,
    "forms of 1,500 parts": some_parts,
    "forms of another kind, of many files": mixed_files,
    "forms whose type is told twice": two_types,
    "forms in punycode": odd_charsets,
    "a field 990 times": repeated_fields,
    "the largest bodies of forty addresses": large_bodies,
    "answers that nobody takes": untaken_answers,
    "a file in a thousand pieces": ranges,
    # Teaching
    "lessons whose pictures never come": slow_lessons,
    "lessons that are full": full_lessons,
    "exams of many pictures": exams,
    "programs that teach": programs_that_teach,
}
