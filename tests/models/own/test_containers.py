"""Files are opened as data: what is in them, or one sentence about what is wrong."""

import pickle
import struct
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from models.own.containers import opened
from models.own.problems import NotANetwork
from models.own.weights import Weight
from tests.models.own.conftest import Saved

TENSORS = {
    "half": torch.tensor([1.5, -2.0], dtype=torch.float16),
    "brain": torch.tensor([[0.5], [3.0]], dtype=torch.bfloat16),
    "whole": torch.arange(6).reshape(2, 3),
    "turned": torch.arange(6.0).reshape(2, 3).T,
    "part": torch.arange(10.0)[3:7:2],
    "one": torch.tensor(7.0),
    "none": torch.empty(0, 4),
    "parameter": torch.nn.Parameter(torch.ones(2)),
}


def numbers(path: Path, most_gigabytes: float = 2.0) -> dict[str, torch.Tensor]:
    with opened(path, most_gigabytes) as held:
        return {name: each.read() for name, each in held.value.items() if isinstance(each, Weight)}


def refusal(path: Path, most_gigabytes: float = 2.0) -> str:
    with pytest.raises(NotANetwork) as caught:
        numbers(path, most_gigabytes)
    sentence = str(caught.value)
    assert sentence.startswith(path.name)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "before 1.6"])
def test_tensors_of_torchs_files_are_those_that_were_saved(tmp_path: Path, zipped: bool) -> None:
    torch.save(TENSORS, tmp_path / "net.pth", _use_new_zipfile_serialization=zipped)
    got = numbers(tmp_path / "net.pth")
    assert list(got) == list(TENSORS)
    for name, tensor in TENSORS.items():
        assert got[name].dtype == tensor.dtype
        assert torch.equal(got[name], tensor.detach()), name


def test_tensors_of_safetensors_are_those_that_were_saved(tmp_path: Path) -> None:
    kept = {name: tensor.detach().contiguous() for name, tensor in TENSORS.items()}
    save_file(kept, tmp_path / "net.safetensors", {"who": "me"})
    got = numbers(tmp_path / "net.safetensors")
    assert all(torch.equal(got[name], tensor) for name, tensor in kept.items())
    with opened(tmp_path / "net.safetensors") as held:
        assert held.metadata == {"who": "me"}


def test_shapes_are_known_before_anything_is_read(saved: Saved) -> None:
    with opened(saved({"a": torch.ones(3, 5)})) as held:
        assert held.value["a"].shape == (3, 5)
        assert held.value["a"].nbytes == 60


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "before 1.6"])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off_is_one_sentence(tmp_path: Path, zipped: bool, share: float) -> None:
    torch.save({"a": torch.ones(3000)}, tmp_path / "net.pth", _use_new_zipfile_serialization=zipped)
    data = (tmp_path / "net.pth").read_bytes()
    (tmp_path / "net.pth").write_bytes(data[: int(len(data) * share)])
    assert refusal(tmp_path / "net.pth")


def test_safetensors_that_were_cut_off_are_one_sentence(tmp_path: Path) -> None:
    save_file({"a": torch.ones(3000)}, tmp_path / "net.safetensors")
    data = (tmp_path / "net.safetensors").read_bytes()
    (tmp_path / "net.safetensors").write_bytes(data[:-100])
    assert "damaged" in refusal(tmp_path / "net.safetensors")


def test_a_changed_part_is_noticed(saved: Saved) -> None:
    path = saved({"a": torch.ones(3000)})
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<2f", 1, 1), struct.pack("<2f", 9, 1), 1))
    assert "damaged" in refusal(path)


def test_too_large_a_file_is_not_opened(saved: Saved) -> None:
    assert "--max-gigabytes allows 1e-06" in refusal(saved({"a": torch.ones(3000)}), 1e-6)


def test_what_an_archive_announces_counts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "net.pth", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("net/data.pkl", pickle.dumps({}))
        archive.writestr("net/data/0", b"\x00" * 30_000_000)
    assert (tmp_path / "net.pth").stat().st_size < 100_000
    assert "would take 0.0 GB" in refusal(tmp_path / "net.pth", 0.01)


@pytest.mark.parametrize(
    ("name", "start", "kind"),
    [
        ("net.onnx", b"\x08\x07\x12\x07pytorch", "ONNX"),
        ("net.h5", b"\x89HDF\r\n\x1a\n", "Keras"),
        ("net.pth", b"\x89HDF\r\n\x1a\n", "Keras"),
        ("net.tflite", b"\x1c\x00\x00\x00TFL3", "TensorFlow Lite"),
        ("net.gguf", b"GGUF\x03", "language model"),
        ("net.npy", b"\x93NUMPY\x01", "NumPy"),
        ("net.tar", b"storages" + bytes(249) + b"ustar", "older than 0.2"),
        ("net.pth.gz", b"\x1f\x8b\x08", "packed"),
        ("cat.jpg", b"\xff\xd8\xff\xe0", "no file of weights"),
        ("empty.pth", b"", "no file of weights"),
        ("model.pkl", pickle.dumps(Path("x")), "pickle of 'pathlib.PosixPath'"),
    ],
)
def test_another_kind_of_file_is_told(tmp_path: Path, name: str, start: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(start + bytes(600 if start and not name.endswith("pkl") else 0))
    assert kind in refusal(tmp_path / name)


@pytest.mark.parametrize(
    ("member", "kind"),
    [("net/constants.pkl", "TorchScript"), ("model.weights.h5", "Keras"), ("a.npy", "NumPy"), ("cat.jpg", "archive")],
)
def test_another_kind_of_archive_is_told(tmp_path: Path, member: str, kind: str) -> None:
    with zipfile.ZipFile(tmp_path / "net.zip", "w") as archive:
        archive.writestr(member, b"")
    assert kind in refusal(tmp_path / "net.zip")


def test_a_folder_of_tensorflow_is_told(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "saved_model.pb").touch()
    assert "TensorFlow" in refusal(tmp_path / "net")


def test_no_file_is_one_sentence(tmp_path: Path) -> None:
    assert refusal(tmp_path / "net.pth") == "net.pth is not there."


def test_a_length_that_begins_like_a_pickle_is_no_pickle(tmp_path: Path) -> None:
    path = tmp_path / "net.safetensors"
    for letters in range(0, 256, 8):
        save_file({"weight": torch.ones(2)}, path, metadata={"told": "x" * letters})
        if path.read_bytes()[0] == 0x80:
            break
    assert path.read_bytes()[0] == 0x80
    with opened(path) as held:
        assert held.metadata["told"]
