"""Pictures and requests that are nearly right: nothing crashes, nothing of the inside is shown, nothing grows.

Pictures are real ones, changed where their format keeps its structure (lengths, sizes, checksums put right again) or
anywhere; requests are what the page sends, with other values, types and depths. The seed is fixed.
"""

import io
import json
import random
import struct
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from PIL import Image, ImageOps

from benchmarks.load import INSIDE
from benchmarks.machine import this_machine
from benchmarks.ours import keep_cache_in
from benchmarks.pictures import cat
from benchmarks.report import Goal, Report, Table
from benchmarks.server import Server, running
from models.problems import Problem
from page.pictures.picture import Limits, decode

DECODED, ASKED = 16_000, 5_000
QUICK_DECODED, QUICK_ASKED = 600, 120
GROWTH = 100  # megabytes
LIMITS = Limits(15 * 1024 * 1024, 40_000_000)
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "ICO", "MPO")
EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


def run(out: Path, threads: int = 2, quick: bool = False) -> Report:
    """Send them all, and write fuzz.md and fuzz.json into `out`."""
    decoded, asked = (QUICK_DECODED, QUICK_ASKED) if quick else (DECODED, ASKED)
    keep_cache_in(out / "cache.tmp")
    chance = random.Random(20)
    outcomes, crashes = decode_all(chance, decoded)
    with tempfile.TemporaryDirectory() as made, running(Path(made), "--threads", str(threads), "--offline") as server:
        server.wait_until_settled()
        statuses, complaints, grown = ask_all(server, chance, asked)
        ended = server.process.poll() is not None
    report = Report(
        name="fuzz",
        title="Pictures and requests that are nearly right",
        machine=this_machine(threads),
        goals=(
            Goal("pictures decoded or refused", outcomes.total(), decoded, at_least=True),
            Goal("failures of the decoder that are no refusal", len(crashes), 0),
            Goal("requests answered", statuses.total(), asked, at_least=True),
            Goal("5xx, and views of the inside", len(complaints), 0),
            Goal("memory that the server gained after its first tenth, MB", grown, GROWTH),
            Goal("the server ended", ended, 0),
        ),
        tables=(_table("The decoder", outcomes), _table("The endpoints", statuses)),
        notes=("The seed is 20.", *crashes[:10], *complaints[:10]),
    )
    report.write(out)
    return report


# --- the decoder ---


def decode_all(chance: random.Random, count: int) -> tuple[Counter[str], list[str]]:
    """Decode so many changed pictures; how each ended, and those that ended otherwise than with a refusal."""
    seeds = seed_pictures()
    outcomes: Counter[str] = Counter()
    crashes = []
    for number in range(count):
        kind = chance.choice(list(seeds))
        data = changed(seeds[kind], chance)
        try:
            decode(data, LIMITS)
            outcomes["decoded"] += 1
        except Problem as problem:
            outcomes[problem.key] += 1
        except Exception as error:
            outcomes["failed"] += 1
            crashes.append(f"picture {number} ({kind}): {error!r}"[:200])
    return outcomes, crashes


def seed_pictures() -> dict[str, bytes]:
    """A small picture in every format that Pillow writes here."""
    picture = ImageOps.fit(cat(), (60, 44))
    seeds = {}
    for kind in FORMATS:
        file = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6
        extra: dict[str, Any] = {"exif": exif} if kind in ("PNG", "JPEG", "WEBP", "TIFF", "AVIF") else {}
        picture.save(file, kind, **extra)
        seeds[kind] = file.getvalue()
    animated = io.BytesIO()
    picture.save(animated, "GIF", save_all=True, append_images=[ImageOps.mirror(picture)])
    return seeds | {"animated GIF": animated.getvalue()}


def changed(data: bytes, chance: random.Random) -> bytes:
    """One to three changes, of which one may keep a PNG's or a JPEG's structure."""
    for _ in range(chance.randint(1, 3)):
        kept: list[Change] = [_png] if data.startswith(b"\x89PNG") else [_jpeg] if data[:2] == b"\xff\xd8" else []
        data = chance.choice([*CHANGES, *kept, *kept])(data, chance)
    return data


Change = Callable[[bytes, random.Random], bytes]


def _flip(data: bytes, chance: random.Random) -> bytes:
    changing = bytearray(data)
    for _ in range(chance.randint(1, 8) if data else 0):
        changing[chance.randrange(len(changing))] ^= 1 << chance.randrange(8)
    return bytes(changing)


def _edge(data: bytes, chance: random.Random) -> bytes:
    """A number of two or four bytes becomes an extreme one, more often at the beginning, where sizes are."""
    code = chance.choice(("<H", ">H", "<I", ">I"))
    width = struct.calcsize(code)
    if len(data) <= width:
        return data
    at = chance.randrange(min(len(data) - width, chance.choice((64, 512, len(data)))))
    return data[:at] + struct.pack(code, chance.choice(EDGES) % (1 << 8 * width)) + data[at + width :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _doubled(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.randint(1, 400))
    return data[:end] + data[start:end] * chance.choice((1, 2, 50)) + data[end:]


def _hole(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.randint(1, 200) :]


CHANGES: tuple[Change, ...] = (_flip, _edge, _cut, _doubled, _hole)


def _png(data: bytes, chance: random.Random) -> bytes:
    """Chunks are dropped, doubled, moved or changed, with their lengths and checksums right again."""
    chunks = list(_chunks(data))
    if not chunks:
        return data
    at = chance.randrange(len(chunks))
    kind, body = chunks[at]
    chunks[at : at + 1] = chance.choice(
        ([], [(kind, body)] * 2, [(kind, _flip(body, chance))], [(kind, _edge(body, chance))], [(kind, b"")])
    )
    if chance.random() < 0.2:
        chance.shuffle(chunks)
    parts = [struct.pack(">I", len(b)) + k + b + struct.pack(">I", zlib.crc32(k + b)) for k, b in chunks]
    return data[:8] + b"".join(parts)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def _jpeg(data: bytes, chance: random.Random) -> bytes:
    """One marker's segment is dropped, doubled or changed, with its length right again."""
    marks = [at for at in range(2, len(data) - 4) if data[at] == 0xFF and data[at + 1] not in (0, 0xFF)]
    if not marks:
        return data
    at = chance.choice(marks[:12])
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    body = data[at + 4 : end]
    new = chance.choice((b"", _flip(body, chance), _edge(body, chance), body * 2))
    segment = data[at : at + 2] + struct.pack(">H", (len(new) + 2) & 0xFFFF) + new
    return data[:at] + chance.choice((b"", segment, segment * 2)) + data[end:]


# --- the endpoints ---


def ask_all(server: Server, chance: random.Random, count: int) -> tuple[Counter[str], list[str], int]:
    """Send so many requests: statuses by route, complaints, and megabytes gained after the first tenth."""
    seeds = list(seed_pictures().values())
    statuses: Counter[str] = Counter()
    complaints: list[str] = []
    warm = server.memory()
    with httpx.Client(base_url=server.url, timeout=60) as http:
        uploaded = http.post("/gradio_api/upload", files={"files": ("a", seeds[0])}).json()[0]
        names = list(http.get("/gradio_api/info").json()["named_endpoints"])
        for number in range(count):
            if number == count // 10:
                warm = server.memory()
            method, path, options = request(chance, seeds, uploaded, names)
            try:
                with http.stream(method, path, **options) as answered:
                    endless = answered.headers.get("content-type", "").startswith("text/event-stream")
                    # A heartbeat goes on for as long as somebody listens.
                    texts = ["" if endless else answered.read().decode(errors="replace")]
                if answered.status_code == 200 and "/call/" in path and "event_id" in answered.text:
                    name = path.split("/")[-1]
                    texts.append(http.get(f"/gradio_api/call/{name}/{answered.json()['event_id']}").text)
            except (httpx.TransportError, httpx.InvalidURL) as error:
                statuses[type(error).__name__] += 1  # the server may close on nonsense; that it lives is looked at
                continue
            statuses[
                f"{path.split('?')[0][:30].rstrip('/')} {answered.status_code}" if len(path) < 60 else "other"
            ] += 1
            if answered.status_code in (500, 501, 502) or any(word in text for word in INSIDE for text in texts):
                complaints.append(f"request {number}: {method} {path[:60]} {answered.status_code} {texts[-1][:100]}")
    return statuses, complaints, server.memory() - warm


def request(
    chance: random.Random, seeds: list[bytes], uploaded: str, names: list[str]
) -> tuple[str, str, dict[str, Any]]:
    """A method, a path and what httpx sends along."""
    kind = chance.randrange(6)
    if kind == 5:
        endpoint, values = nearly_right(chance, {"path": uploaded, **META})
        return "POST", f"/gradio_api/call/{endpoint}", _json({"data": values}, chance)
    if kind == 0:
        asked = {name: str(value(chance, uploaded))[:300] for name in ("model", "target", "method", "layer")}
        return "POST", "/api/explain", {"content": changed(chance.choice(seeds), chance), "params": asked}
    if kind == 1:
        body: dict[str, Any] = {"data": [value(chance, uploaded) for _ in range(chance.randint(0, 7))]}
        return "POST", f"/gradio_api/call{chance.choice(names)}", _json(body, chance)
    if kind == 2:
        keys = ("data", "fn_index", "session_hash", "event_data", "trigger_id", "event_id", "batched", "request")
        body = {key: value(chance, uploaded) for key in keys if chance.random() < 0.7}
        body["fn_index"] = chance.choice((body.get("fn_index"), chance.randrange(40)))
        return "POST", "/gradio_api/queue/join", _json(body, chance)
    if kind == 3:
        body = {name: value(chance, uploaded) for name in ("picture", "model", "target", "method", "layer", "opacity")}
        return "POST", f"/gradio_api/call/v2{chance.choice(names)}", _json(body, chance)
    route = chance.choice(
        ("/gradio_api/file=", "/parts/", "/gradio_api/heartbeat", "/assets/", "/gradio_api/cancel", "/")
    )
    return chance.choice(("GET", "POST", "HEAD", "PUT")), route + _path(chance, uploaded), {}


def nearly_right(chance: random.Random, picture: Any) -> tuple[str, list[Any]]:
    """A question to one of the experiments whose cost grows with what they are given, with one value exchanged."""
    count = chance.choice((1, 2, 12, 24, 25))
    piece = {"piece": "wig", "x": 0.5, "y": 0.5, "width": chance.choice((0.1, 4, -1, 1e9)), "turn": chance.random()}
    endpoint, values = chance.choice(
        (
            ("many", [[picture] * count, None, ["dog"] * count, None, None]),
            ("memory_cards", [[picture] * count, [picture] * count, ["x"] * count, None, None]),
            ("dress_up", [picture, [piece] * count, None, None]),
            ("move_the_window", [picture, {"x": 0.1, "y": 0.1, "width": 0.5, "height": 0.5}, None, None]),
        )
    )
    if chance.random() < 0.6:
        values[chance.randrange(len(values))] = value(chance, str(picture["path"]))
    return endpoint, values


def value(chance: random.Random, uploaded: str, depth: int = 0) -> Any:
    """Something that JSON can hold, now and then nearly what belongs there."""
    picture = {"path": chance.choice((uploaded, uploaded + "/..", "/etc/passwd", "", "x\0y")), **META}
    if depth < 3 and chance.random() < 0.2:
        inner = [value(chance, uploaded, depth + 1) for _ in range(chance.randint(0, 4))]
        return inner if chance.random() < 0.5 else {str(number): each for number, each in enumerate(inner)}
    return chance.choice(
        (
            None,
            True,
            0,
            -1,
            0.5,
            1e308,
            2**70,
            "",
            "gradcam",
            "dogs",
            "281",
            "a" * 3000,
            "😀",
            "<b>",
            "{0}",
            picture,
            picture,
        )
    )


META: dict[str, Any] = {"meta": {"_type": "gradio.FileData"}}


def _json(body: Any, chance: random.Random) -> dict[str, Any]:
    content = json.dumps(body).encode()
    if chance.random() < 0.15:
        content = chance.choice(CHANGES)(content, chance)
    return {"content": content, "headers": {"content-type": "application/json"}}


def _path(chance: random.Random, uploaded: str) -> str:
    parts = ("..", ".", "", "%2e%2e", "%00", "etc", "passwd", "http:", "%ff", "a" * 200, uploaded.strip("/"))
    return "/".join(chance.choice(parts) for _ in range(chance.randint(1, 6)))


def _table(title: str, counts: Counter[str]) -> Table:
    rows = tuple((name, f"{count:,}") for name, count in sorted(counts.items()))
    return Table(title, ("Outcome", "How often"), rows)
