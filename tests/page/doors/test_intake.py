"""Only a file that was uploaded just now is opened, and whatever is refused is refused in one sentence."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from gradio.components.image import ImageData

from page.doors import intake
from page.doors.intake import NotUploaded, PictureInput, Upload, uploaded
from page.pictures.picture import Limits, Problem, decode
from page.refusal import Refuse
from page.words import Words
from tests.page import corpus
from tests.page.corpus import Refused, Taken
from tests.page.talk import META, Program, Refusal
from tests.server import Server, running

PHOTO = corpus.taken()["jpeg"].data
# A file of too many bytes is refused while it is uploaded: see test_guard.py.
SENT = {name: file for name, file in corpus.refused().items() if file.key != "picture.too_many_bytes"}
SOME_SENT = {name: SENT[name] for name in corpus.some_refused() if name in SENT}
GONE = "picture.not_uploaded"
MEGABYTES_ALLOWED = 200
DECODED = 'seewhy_seconds_count{stage="decode"}'
TRACES = ("Error", "Traceback", "/", "\\", "site-packages", ".py")


def refusal(ask: Any, *values: Any) -> str | None:
    with pytest.raises(Refusal) as caught:
        ask(*values)
    sentence: str | None = caught.value.sentence
    return sentence


def answer(program: Program, picture: Any) -> str | None:
    """The label, or the sentence of the refusal."""
    try:
        label: str = program.explain(picture)["label"]
    except Refusal as refused:
        return refused.sentence
    return label


# --- through the real server ---


@pytest.mark.parametrize("file", corpus.some_taken().values(), ids=corpus.some_taken().keys())
def test_server_explains_every_kind_of_picture(program: Program, file: Taken) -> None:
    answer = program.explain(program.send(file.data, f"picture{file.suffix}"))
    assert answer["label"]
    assert len(answer["layers"]) == 5


@pytest.mark.parametrize("file", SOME_SENT.values(), ids=SOME_SENT.keys())
def test_server_refuses_with_the_sentence_of_the_reason(
    program: Program, words: Words, tmp_path: Path, file: Refused
) -> None:
    path = tmp_path / f"file{file.suffix}"
    path.write_bytes(file.data)
    with pytest.raises(Problem) as expected:
        decode(path)
    sentence = refusal(program.explain, program.send(file.data, f"a secret name{file.suffix}"))
    assert sentence == words.of(expected.value)
    assert not [trace for trace in TRACES if trace in sentence]


def test_log_names_no_file_of_a_visitor(program: Program, server: Server) -> None:
    for data in (PHOTO, b"no picture", corpus.refused()["jpeg cut off at 50 %"].data):
        picture = program.send(data, "very-private-name.jpg")
        answer(program, picture)
    assert "very-private-name" not in server.log()
    assert str(server.uploads) not in server.log()


def decodings(program: Program) -> int:
    """How many pictures the server has decoded."""
    (line,) = [each for each in program.http.get("/metrics").text.splitlines() if DECODED in each]
    return int(float(line.rpartition(" ")[2]))


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "milliseconds"}


def test_further_questions_about_an_upload_decode_nothing(program: Program) -> None:
    picture = program.send(PHOTO + b"asked about often")
    first = program.explain(picture)
    before = decodings(program)
    assert without_times(program.explain(picture)) == without_times(first)
    second = program.explain(picture, None, str(first["top"][1]["index"]), "layercam")
    assert second["target"]["label"] == first["top"][1]["label"]
    assert program.heatmap(picture)
    assert program.call("outside", picture, None)
    assert decodings(program) == before
    program.explain(program.send(PHOTO + b"and another one"))
    assert decodings(program) == before + 1


@pytest.mark.parametrize("name", ["jpeg cut off at 50 %", "too large: png of 169 megapixels", "zip"])
def test_refused_file_gets_its_sentence_each_time(program: Program, words: Words, name: str) -> None:
    data = corpus.refused()[name].data
    with pytest.raises(Problem) as expected:
        decode(data)
    picture = program.send(data)
    assert [refusal(program.explain, picture) for _ in range(3)] == [words.of(expected.value)] * 3


def test_file_that_is_written_over_on_the_disk_is_decoded_anew(program: Program) -> None:
    picture = program.send(PHOTO + b"to be written over")
    first = program.explain(picture)
    Path(picture["path"]).write_bytes(corpus.taken()["png"].data)
    assert program.explain(picture)["top"] != first["top"]


def test_every_orientation_gives_the_same_answer(program: Program) -> None:
    for kind in ("jpeg", "png", "heic"):
        answers = [
            program.explain(program.send(corpus.taken()[f"{kind} orientation {number}"].data, f"a.{kind}"))
            for number in range(1, 9)
        ]
        assert len({answer["label"] for answer in answers}) == 1
        assert len({tuple(answer["seen"].values()) for answer in answers}) == 1


def test_program_may_use_gradios_client(server: Server, tmp_path: Path, words: Words) -> None:
    from gradio_client import Client, handle_file
    from gradio_client.exceptions import AppError

    path = tmp_path / "photo.jpg"
    path.write_bytes(PHOTO)
    client = Client(server.url, verbose=False)
    assert client.predict(handle_file(path), api_name="/explain")["model"] == "efficientnet_lite0"
    path.write_bytes(b"a letter")
    with pytest.raises(AppError) as caught:
        client.predict(handle_file(path), api_name="/explain")
    assert str(caught.value) == words("picture.not_a_picture")


@contextmanager
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port that notes whoever calls."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        calls: list[object] = []

        def accept() -> None:
            try:
                while True:
                    connection, address = listening.accept()
                    calls.append(address)
                    connection.close()
            except OSError:
                pass

        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1], calls
        listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("meta", [META, None], ids=["with meta", "without meta"])
def test_server_fetches_nothing(program: Program, meta: Any) -> None:
    real = program.upload(PHOTO)
    with listener() as (port, calls):
        address = f"http://127.0.0.1:{port}/a.jpg"
        for picture in (
            {"path": address},
            {"path": address.replace("http", "HTTP")},
            {"path": address.replace("http", "https")},
            {"path": real, "url": address},
            {"path": "", "url": address},
            {"url": address},
            {"path": address, "url": address, "orig_name": "a.jpg", "is_stream": True},
        ):
            answer(program, picture | ({"meta": meta} if meta else {}))
        assert calls == []


def test_server_fetches_nothing_for_any_other_parameter(program: Program) -> None:
    picture = program.send(PHOTO)
    with listener() as (port, calls):
        trap = {"path": f"http://127.0.0.1:{port}/a.jpg", "meta": META}
        for values in ((trap, None, None), (None, trap, None), (None, None, trap)):
            with pytest.raises(Refusal):
                program.explain(picture, *values)
        with pytest.raises(Refusal):
            program.heatmap(picture, layer=trap)
        with pytest.raises(Refusal):
            program.heatmap(picture, opacity=trap)
        assert calls == []


def test_event_that_is_called_by_its_number_opens_no_file_outside(program: Program, tmp_path: Path) -> None:
    """Gradio only hides private events: whoever counts them can call them."""
    outside = tmp_path / "secret.png"
    outside.write_bytes(PHOTO)
    config = program.http.get("/config").json()
    takes = {each["id"] for each in config["components"] if each["type"] in ("image", "file", "gallery")}
    called = 0
    for event in config["dependencies"]:
        if not event["backend_fn"] or not takes & set(event["inputs"]):
            continue
        called += 1
        data = [{"path": str(outside), "meta": META} if each in takes else None for each in event["inputs"]]
        ask = {"data": data, "fn_index": event["id"], "session_hash": f"counts{event['id']}"}
        assert program.http.post("/gradio_api/queue/join", json=ask).status_code == 200
        told = program.http.get("/gradio_api/queue/data", params={"session_hash": ask["session_hash"]}).text
        assert '"success":false' in told, (event["id"], told[:300])
        assert "secret" not in told
    assert called > 10


def strangers(server: Server, program: Program, outside: Path) -> dict[str, str]:
    """Paths that no upload has, each of an existing picture outside or of nothing."""
    folder = Path(program.upload(PHOTO)).parent
    link = folder / "link.jpg"
    link.unlink(missing_ok=True)
    link.symlink_to(outside)
    tree = folder / "tree"
    tree.unlink(missing_ok=True)
    tree.symlink_to(outside.parent)
    return {
        "a picture of the server": str(outside),
        "its log": str(server.log_file),
        "the folder of uploads": str(server.uploads),
        "a folder of an upload": str(folder),
        "dots": f"{server.uploads}/../{outside.name}",
        "a link out of the folder": str(link),
        "a linked folder": str(tree / outside.name),
        "a device": "/dev/zero",
        "a process": "/proc/self/environ",
        "a file that is gone": str(folder / "gone.jpg"),
        "a file address": f"file://{outside}",
        "a data address": "data:image/png;base64,iVBORw0KGgo=",
        "a zero byte": f"{folder}/a\0.jpg",
        "a name too long": f"{folder}/{'a' * 5000}.jpg",
        "a name that is no text": f"{folder}/\ud800.jpg",
        "nothing": "",
    }


@pytest.fixture
def outside(server: Server) -> Path:
    """A picture of the server's, beside the folder of uploads."""
    path = server.uploads.parent / "private.jpg"
    path.write_bytes(PHOTO)
    return path


def test_path_that_no_upload_has_is_refused(server: Server, program: Program, words: Words, outside: Path) -> None:
    for name, path in strangers(server, program, outside).items():
        assert refusal(program.explain, {"path": path}) == words(GONE), name


def test_path_that_no_upload_has_is_refused_with_meta_too(server: Server, program: Program, outside: Path) -> None:
    # Gradio itself refuses most of these before the picture's door, and without a sentence.
    before = server.log().count("Traceback")
    for name, path in strangers(server, program, outside).items():
        sentence = refusal(program.explain, {"path": path, "meta": META})
        assert sentence is None or not [trace for trace in TRACES if trace in sentence], name
        assert server.log().count("Traceback") == before, f"{name} is no failure of the page"


def test_data_address_beside_a_true_upload_is_not_read(program: Program, words: Words) -> None:
    picture = {"path": program.upload(PHOTO), "url": "data:image/png;base64,iVBORw0KGgo="}
    assert refusal(program.explain, picture) == words(GONE)
    assert answer(program, picture | {"meta": META}) == answer(program, program.send(PHOTO))  # the upload's answer


def test_file_that_the_server_made_is_no_upload(program: Program, words: Words) -> None:
    made = program.heatmap(program.send(PHOTO))
    assert Path(made).is_file()
    for picture in ({"path": made}, {"path": made, "meta": META}):
        assert refusal(program.explain, picture) == words(GONE)


def test_deleted_upload_is_refused(program: Program, words: Words) -> None:
    picture = program.send(corpus.taken()["bmp"].data, "deleted.bmp")
    Path(picture["path"]).unlink()
    assert refusal(program.explain, picture) == words(GONE)


def test_no_picture_is_refused(program: Program, words: Words) -> None:
    assert refusal(program.explain, None) == words("picture.none")
    assert refusal(program.call, "heatmap", *[None] * 6) == words("picture.none")


@pytest.mark.parametrize("nonsense", ["text", 5, True, [], ["a"], {"a": 1}, {"path": 5}, {"path": ["a"]}])
def test_nonsense_in_place_of_a_picture_is_refused_and_the_server_goes_on(
    server: Server, program: Program, words: Words, nonsense: Any
) -> None:
    before = server.log().count("Traceback")
    assert refusal(program.explain, nonsense) in (words("api.unknown"), words("picture.none"), words(GONE))
    assert server.log().count("Traceback") == before
    assert program.explain(program.send(PHOTO))["label"]


# --- memory ---


def reset_peak(server: Server) -> bool:
    """Make the process's peak its present size; False where the system doesn't let us."""
    try:
        Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
    except OSError:
        return False
    return server.memory("VmHWM") <= server.memory("VmRSS") + 5


@pytest.fixture
def measured(server: Server, tmp_path: Path) -> Iterator[Server]:
    """A server whose peak of memory says something about what comes next."""
    if reset_peak(server):
        yield server
    else:
        with running(tmp_path) as fresh:
            yield fresh


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
def test_no_refusal_takes_the_server_much_memory(measured: Server) -> None:
    program = Program(measured.url)
    program.explain(program.send(corpus.taken()["heic"].data, "warm.heic"))  # its library stays in memory
    reset_peak(measured)
    idle, over = measured.memory("VmRSS"), {}
    for name, file in SENT.items():
        with pytest.raises(Refusal):
            program.explain(program.send(file.data, f"picture{file.suffix}"))
        peak = measured.memory("VmHWM") - idle
        if peak > MEGABYTES_ALLOWED:
            over[name] = peak
            break
    assert not over


# --- the door itself ---


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of uploads of the test's own."""
    made = tmp_path / "uploads"
    (made / "abc").mkdir(parents=True)
    monkeypatch.setattr(intake, "get_upload_folder", lambda: str(made))
    return made


@pytest.fixture
def door(words: Words) -> PictureInput:
    return PictureInput(Limits(), Refuse(words))


def test_uploaded_file_passes_the_door(folder: Path, door: PictureInput) -> None:
    path = folder / "abc" / "a.jpg"
    path.write_bytes(PHOTO)
    taken = door.preprocess(ImageData(path=str(path)))
    assert isinstance(taken, Upload)
    assert (taken.path, taken.picture.rgb.size) == (path, corpus.SIZE)
    assert taken.milliseconds > 0
    assert door.postprocess(taken) == ImageData(path=str(path))


def test_no_file_gives_no_picture(door: PictureInput) -> None:
    assert door.preprocess(None) is None
    assert door.postprocess(None) is None
    assert door.postprocess("/etc/hostname") is None


def test_folder_of_uploads_may_itself_be_a_link(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "abc" / "a.jpg").write_bytes(PHOTO)
    link = tmp_path / "link"
    link.symlink_to(folder)
    monkeypatch.setattr(intake, "get_upload_folder", lambda: str(link))
    assert uploaded(ImageData(path=str(link / "abc" / "a.jpg"))) == folder / "abc" / "a.jpg"


def test_folder_with_a_name_that_begins_alike_is_outside(folder: Path) -> None:
    other = folder.with_name("uploads of others")
    other.mkdir()
    (other / "a.jpg").write_bytes(PHOTO)
    with pytest.raises(NotUploaded):
        uploaded(ImageData(path=str(other / "a.jpg")))


def test_refused_path_is_not_opened(folder: Path, door: PictureInput, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "decode_one", lambda *_: pytest.fail("something was read"))
    for path in ("/etc/hostname", str(folder / "abc" / "gone"), "data:image/png;base64,AA", "http://localhost/"):
        with pytest.raises(Exception, match="not here any more"):
            door.preprocess(ImageData(path=path))


def test_limits_of_the_settings_reach_the_decoder(folder: Path, words: Words) -> None:
    path = folder / "abc" / "a.jpg"
    path.write_bytes(PHOTO)
    narrow = PictureInput(Limits(pixels=100), Refuse(words))
    with pytest.raises(Exception, match="too large"):
        narrow.preprocess(ImageData(path=str(path)))
