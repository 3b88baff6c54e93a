import socket
from pathlib import Path

import pytest

from models.download import Download, DownloadFailed, is_whole
from tests.models.conftest import Server, hashed_name

BODY = bytes(range(256)) * 12_000  # three chunks


def a_download(url: str, folder: Path, name: str = hashed_name("net", BODY), timeout: float = 5) -> Download:
    return Download("Net", url, folder / "deep" / name, timeout)


def failure(download: Download) -> object:
    with pytest.raises(DownloadFailed) as caught:
        download.run()
    assert caught.value.values["title"] == "Net"
    assert not [path for path in download.destination.parent.glob("*") if path.is_file()]
    return caught.value.values["reason"]


def test_a_good_file_arrives_whole_and_progress_ends_at_its_size(server: Server, tmp_path: Path) -> None:
    download = a_download(server.serve("net.pth", BODY), tmp_path)
    heard: list[tuple[int, int]] = []
    download.run(lambda done, total: heard.append((done, total)))
    assert download.destination.read_bytes() == BODY
    assert [path.name for path in download.destination.parent.iterdir()] == [download.destination.name]
    assert heard == sorted(heard)
    assert len(heard) >= 3
    assert heard[-1] == (len(BODY), len(BODY))


def test_a_file_with_another_hash_is_refused_and_removed(server: Server, tmp_path: Path) -> None:
    assert failure(a_download(server.serve("net.pth", BODY + b"!"), tmp_path)) == "hash"


@pytest.mark.parametrize("name", ["net.pth", "net-.pth"])
def test_a_name_without_a_hash_is_never_trusted(server: Server, tmp_path: Path, name: str) -> None:
    assert failure(a_download(server.serve("net.pth", BODY), tmp_path, name)) == "hash"


def test_a_missing_file_is_a_status_failure(server: Server, tmp_path: Path) -> None:
    assert failure(a_download(server.url("none.pth"), tmp_path)) == "status"


def test_a_stalling_server_runs_into_the_timeout(server: Server, tmp_path: Path) -> None:
    assert failure(a_download(server.stall("net.pth", BODY), tmp_path, timeout=0.2)) == "timeout"


def test_a_connection_that_breaks_off_leaves_nothing_behind(server: Server, tmp_path: Path) -> None:
    assert failure(a_download(server.cut_off("net.pth", BODY), tmp_path)) == "interrupted"


def test_a_closed_port_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as bound:  # taken, but not listening
        bound.bind(("127.0.0.1", 0))
        assert failure(a_download(f"http://127.0.0.1:{bound.getsockname()[1]}/net.pth", tmp_path)) == "refused"


def test_a_folder_that_cannot_be_made_is_a_disk_failure(server: Server, tmp_path: Path) -> None:
    (tmp_path / "deep").write_text("a file where the folder should be")
    download = a_download(server.serve("net.pth", BODY), tmp_path)
    with pytest.raises(DownloadFailed) as caught:
        download.run()
    assert caught.value.values["reason"] == "disk"


def test_an_interrupted_visitor_leaves_no_partial_file(server: Server, tmp_path: Path) -> None:
    download = a_download(server.serve("net.pth", BODY), tmp_path)

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download.run(interrupt)
    assert list(download.destination.parent.iterdir()) == []


def test_a_failed_download_keeps_the_file_that_was_there(server: Server, tmp_path: Path) -> None:
    download = a_download(server.serve("net.pth", b"something else"), tmp_path)
    download.destination.parent.mkdir()
    download.destination.write_bytes(BODY)
    with pytest.raises(DownloadFailed):
        download.run()
    assert download.destination.read_bytes() == BODY


def test_a_file_is_whole_when_its_hash_is_the_one_in_its_name(tmp_path: Path) -> None:
    whole = tmp_path / hashed_name("net", BODY)
    whole.write_bytes(BODY)
    assert is_whole(whole)
    whole.write_bytes(BODY[:-1])
    assert not is_whole(whole)
