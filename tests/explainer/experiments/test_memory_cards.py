"""Memories in a zip: every line parses, every mask and picture is the one that was given."""

import json
import zipfile
from datetime import date
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.memory import Memory
from explainer.experiments.memory_cards import MOST_CARDS, NoCards, TooManyCards, as_zip
from explainer.explain import explain
from tests.explainer.networks import classifier_of, small


@pytest.fixture(scope="module")
def memories() -> list[Memory]:
    classifier = classifier_of(small(), ["1", "3"], 7)
    made = []
    for seed, (words, licence) in enumerate([("the “ears”: soft\n犬 🐶", "cc-by"), ("his nose", "private")]):
        random = np.random.default_rng(seed)
        picture = Image.fromarray(random.integers(0, 256, (60, 80, 3), np.uint8))
        mask = np.zeros((60, 80), bool)
        mask[15:30, 20:60] = random.random((15, 40)) < 0.9
        mask[15, 20] = mask[29, 59] = True
        made.append(Memory(picture, mask, words, explain(classifier, picture), date(2026, 5, 2), licence))
    return made


@pytest.fixture(scope="module")
def archive(memories: list[Memory]) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(as_zip(memories, "# What is this?\nKärtchen.", "Who may do what")))


def test_zip_holds_these_files_without_a_time(archive: zipfile.ZipFile) -> None:
    assert archive.testzip() is None
    assert archive.namelist() == [
        "memories.jsonl",
        "pictures/001.png",
        "masks/001.png",
        "pictures/002.png",
        "masks/002.png",
        "DATASHEET.md",
        "LICENCE.txt",
    ]
    assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_line_is_a_record_of_its_memory(archive: zipfile.ZipFile, memories: list[Memory]) -> None:
    lines = archive.read("memories.jsonl").decode().splitlines()
    records = [json.loads(line) for line in lines]
    assert len(records) == len(memories)
    for record, memory in zip(records, memories, strict=True):
        explanation = memory.explanation
        assert record["words"] == memory.words
        assert record["answer"] == {"label": explanation.answer.label, "confidence": explanation.answer.confidence}
        assert record["target"]["confidence"] == explanation.target_confidence
        assert record["region"] == {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.25}
        assert np.abs(np.array(record["map"]["grid"]) - explanation.layer("3").grid).max() < 1e-5
        assert record["map"]["layer"] == "3"
        assert (record["model"], record["method"], record["date"]) == ("tiny", "gradcam", "2026-05-02")
    assert [record["licence"] for record in records] == ["CC-BY-4.0", "LicenseRef-all-rights-reserved"]
    assert records[0]["words"] == "the “ears”: soft 犬 🐶"


def test_pictures_and_masks_are_exactly_those_that_were_given(archive: zipfile.ZipFile, memories: list[Memory]) -> None:
    for line, memory in zip(archive.read("memories.jsonl").decode().splitlines(), memories, strict=True):
        record = json.loads(line)
        mask = Image.open(BytesIO(archive.read(record["mask"])))
        assert mask.mode == "L"
        assert np.array_equal(np.asarray(mask), memory.mask * 255)
        picture = Image.open(BytesIO(archive.read(record["picture"])))
        assert np.array_equal(np.asarray(picture), np.asarray(memory.picture))
        assert picture.info == {}


def test_datasheet_and_licences_are_readable(archive: zipfile.ZipFile) -> None:
    assert archive.read("DATASHEET.md").decode() == "# What is this?\nKärtchen."
    assert archive.read("LICENCE.txt").decode() == (
        "Who may do what\n\n001: CC BY 4.0 https://creativecommons.org/licenses/by/4.0/\n002: All rights reserved\n"
    )


def test_same_memories_give_the_same_bytes(memories: list[Memory]) -> None:
    assert as_zip(memories, "a", "b") == as_zip(memories, "a", "b")


def test_none_and_too_many_are_refused(memories: list[Memory]) -> None:
    with pytest.raises(NoCards):
        as_zip([], "a", "b")
    with pytest.raises(TooManyCards):
        as_zip(memories[:1] * (MOST_CARDS + 1), "a", "b")
