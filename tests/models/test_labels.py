import sys
from collections import Counter
from typing import Any

import pytest
import torchvision.models
from torchvision.models import get_model_weights, list_models

from models.catalogue import built_in
from models.labels import AmbiguousTarget, Choice, Labels, NearlyTarget, UnknownTarget
from models.problems import Problem
from models.spelling import key
from models.tables.groups import GROUP_WORDS
from models.tables.names import RELATED
from models.weights import TorchvisionWeights


@pytest.fixture(scope="module")
def labels() -> Labels:
    return Labels.imagenet()


def candidates(labels: Labels, query: str) -> tuple[str, ...]:
    with pytest.raises(AmbiguousTarget) as caught:
        labels.resolve(query)
    assert caught.value.values["query"] == query
    found = caught.value.values["candidates"]
    assert isinstance(found, tuple)
    return found


def near(labels: Labels, query: str) -> tuple[str, ...]:
    with pytest.raises(NearlyTarget) as caught:
        labels.resolve(query)
    assert caught.value.values["query"] == query
    found = caught.value.values["known"]
    assert isinstance(found, tuple)
    return found


# --- names ---------------------------------------------------------------------------------------------------------


def test_there_are_1000_plain_names(labels: Labels) -> None:
    assert len(labels) == len(list(labels)) == 1000
    assert not any("_" in name or name != name.strip() for name in labels)


def test_names_are_unique_whatever_the_case(labels: Labels) -> None:
    assert len({name.casefold() for name in labels}) == 1000


@pytest.mark.parametrize(
    ("index", "name"),
    [
        (0, "tench"),
        (7, "rooster"),
        (134, "crane (bird)"),
        (151, "Chihuahua"),
        (207, "golden retriever"),
        (257, "Great Pyrenees"),
        (264, "Cardigan (Cardigan Welsh corgi)"),
        (281, "tabby cat"),
        (291, "lion"),
        (293, "cheetah"),
        (474, "cardigan (sweater)"),
        (517, "crane (machine)"),
        (639, "maillot (tank suit)"),
        (967, "espresso"),
        (999, "toilet paper"),
    ],
)
def test_classes_are_called_what_people_call_them(labels: Labels, index: int, name: str) -> None:
    assert labels[index] == name


def test_an_index_beyond_the_classes_is_an_error(labels: Labels) -> None:
    with pytest.raises(IndexError):
        labels[1000]


@pytest.mark.parametrize("spec", built_in().values(), ids=built_in())
def test_the_classes_agree_with_torchvisions_one_by_one(labels: Labels, spec: object) -> None:
    source = getattr(spec, "source", None)
    builder = source.builder if isinstance(source, TorchvisionWeights) else "resnet18"
    categories = get_model_weights(builder)["IMAGENET1K_V1"].meta["categories"]
    assert labels.agree_with(categories)


def test_another_order_or_number_of_classes_does_not_agree(labels: Labels) -> None:
    names = list(labels)
    assert labels.agree_with(names)
    assert not labels.agree_with(names[:-1])
    assert not labels.agree_with([names[1], names[0], *names[2:]])


def test_every_image_classifier_of_torchvisions_agrees(labels: Labels) -> None:
    for builder in list_models(module=torchvision.models):
        for weights in get_model_weights(builder):
            categories = weights.meta["categories"]
            assert categories is None or labels.agree_with(categories), weights


# --- search --------------------------------------------------------------------------------------------------------


def test_exact_words_come_before_whole_words_and_whole_words_before_parts() -> None:
    labels = Labels(
        ("boathouse", "boat house", "paddle boat", "canoe", "boats"), ((), (), (), ("boat", "kayak"), ("river boat",))
    )
    assert labels.search("BOAT") == (3, 1, 2, 4, 0)


def test_all_synonyms_are_searched(labels: Labels) -> None:
    assert labels.search("Panthera leo") == (291,)
    assert labels.search("german police dog") == (235,)


def test_hyphens_and_apostrophes_do_not_matter(labels: Labels) -> None:
    assert labels.search("shih tzu")[0] == 155
    assert labels.search("jack-o\u2019-lantern") == labels.search("jack o' lantern") == (607,)


@pytest.mark.parametrize("query", ["", "  ", "-", "qqqq"])
def test_a_search_for_nothing_finds_nothing(labels: Labels, query: str) -> None:
    assert labels.search(query) == ()


# --- resolve -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [281, "281", " 281 ", "tabby cat", "Tabby", "TABBY CAT"])
def test_a_class_is_found_by_index_name_and_synonym(labels: Labels, query: str | int) -> None:
    assert labels.resolve(query) == Choice("tabby cat", (281,))


@pytest.mark.parametrize("query", ["\u0662\u0668\u0661", "\uff12\uff18\uff11", "2_8_1"])
def test_an_index_is_written_in_ascii(labels: Labels, query: str) -> None:
    with pytest.raises(UnknownTarget):
        labels.resolve(query)


def test_every_name_and_every_group_means_itself(labels: Labels) -> None:
    for index, name in enumerate(labels):
        assert labels.resolve(name.upper()) == Choice(name, (index,))
    for name, indices in labels.groups.items():
        assert labels.resolve(name) == Choice(name, indices)


@pytest.mark.parametrize("query", ["dogs", "dog", "Dog"])
def test_a_group_is_found_by_its_name_and_its_singular(labels: Labels, query: str) -> None:
    assert labels.resolve(query) == Choice("dogs", tuple(range(151, 269)))


def test_a_singular_that_is_a_class_means_the_class(labels: Labels) -> None:
    assert labels.resolve("mushroom") == Choice("mushroom", (947,))
    assert labels.resolve("mushrooms").name == "mushrooms"


@pytest.mark.parametrize(("query", "name"), [("lions", "lion"), ("toy poodles", "toy poodle"), ("torches", "torch")])
def test_the_plural_of_a_class_means_the_class(labels: Labels, query: str, name: str) -> None:
    assert labels.resolve(query).name == name


def test_a_word_for_two_classes_is_refused_with_both(labels: Labels) -> None:
    assert candidates(labels, "crane") == ("crane (bird)", "crane (machine)")
    assert candidates(labels, "Cardigan") == ("Cardigan (Cardigan Welsh corgi)", "cardigan (sweater)")


def test_a_word_for_a_class_and_a_group_is_refused_with_both(labels: Labels) -> None:
    assert candidates(labels, "plane") == ("planes", "carpenter's plane")


def test_a_part_of_a_name_is_never_guessed_and_one_hit_is_no_ambiguity(labels: Labels) -> None:
    assert near(labels, "golden") == ("golden retriever",)
    assert near(labels, "wheat") == ("soft-coated wheaten terrier",)


def test_at_most_three_candidates_are_listed_and_each_is_exact(labels: Labels) -> None:
    found = candidates(labels, "terrier")
    assert len(found) == 3
    assert [labels.resolve(name).name for name in found] == list(found)


def test_several_of_a_kind_are_an_ambiguity(labels: Labels) -> None:
    assert candidates(labels, "Poodle.") == ("toy poodle", "miniature poodle", "standard poodle")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("puppy", "dogs"),
        ("Puppies!", "dogs"),
        ("kitten", "cats"),
        ("bunny", "rabbits"),
        ("Dogs.", "dogs"),
        ("a dog", "dogs"),
        ("the lions", "lion"),
        ("tabby, tabby cat", "tabby cat"),
        ("\u201ctabby, tabby cat\u201d", "tabby cat"),
        ("carpenter\u2019s plane", "carpenter's plane"),
        ("TV", "television"),
        ("beach", "seashore"),
        ("wolves", "wolves"),
        ("caf\u00e9-cre\u0301me, espresso", None),
    ],
)
def test_words_are_found_as_people_write_them(labels: Labels, query: str, name: str | None) -> None:
    if name is None:
        with pytest.raises(UnknownTarget):
            labels.resolve(query)
    else:
        assert labels.resolve(query).name == name


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("face", ("people", "mask")),  # and no face powder
        ("faces", ("people", "mask")),
        ("bat", ("animals", "baseball")),  # and no wombat
        ("dogg", ("dogs",)),
        ("elephannt", ("elephants",)),
        ("ambulence", ("ambulance",)),
    ],
)
def test_what_fits_none_is_told_what_comes_near(labels: Labels, query: str, names: tuple[str, ...]) -> None:
    assert near(labels, query) == names
    assert [labels.resolve(name).name for name in names] == list(names)


def test_every_related_word_leads_to_names_and_means_nothing_itself(labels: Labels) -> None:
    for word, names in RELATED.items():
        assert near(labels, word) == names


@pytest.mark.parametrize("query", ["hotoc", "cop", "sea \U0001f30a monster"])
def test_letters_inside_of_another_word_say_nothing(labels: Labels, query: str) -> None:
    with pytest.raises(UnknownTarget) as caught:
        labels.resolve(query)
    assert caught.type is UnknownTarget


@pytest.mark.parametrize("query", ["qqqq", "", 1000, "1000", -1, "-1", "9" * 5000, "2" * 9])
def test_what_fits_nothing_is_refused_with_the_groups(labels: Labels, query: str | int) -> None:
    with pytest.raises(UnknownTarget) as caught:
        labels.resolve(query)
    assert caught.value.values == {"query": str(query), "known": tuple(labels.groups)}
    assert isinstance(caught.value, Problem)


def test_labels_without_groups_know_none() -> None:
    labels = Labels(("one", "two"), ((), ()))
    assert labels.resolve("two").indices == (1,)
    with pytest.raises(UnknownTarget) as caught:
        labels.resolve("dogs")
    assert caught.value.values["known"] == ("one", "two")


def test_broadly_a_group_holds_those_whose_names_end_in_its_own(labels: Labels) -> None:
    cats, dogs = (labels.broad.resolve(word).indices for word in ("cats", "dog"))
    assert set(cats) == {*range(281, 286), *labels.groups["wild cats"], *labels.groups["big cats"]}
    assert set(dogs) == {*labels.groups["dogs"], *labels.groups["wild dogs"]}
    changed = {name for name, indices in labels.broad.groups.items() if set(indices) != set(labels.groups[name])}
    assert changed == {"cats", "dogs"}


@pytest.mark.parametrize("query", ["big", "dog dog", "shark great white", "tige", "errier", "lynx cat", "a", "x" * 100])
def test_search_ranks_by_the_words_of_each_class(labels: Labels, query: str) -> None:
    """Held against the rule, written down once more: all of it, whole words, the beginning of a word, its end."""

    def rank(text: str) -> int:
        rules = (
            query == text,
            set(query.split()) <= set(text.split()),
            len(query) > 3 and any(text[at:].startswith(query) for at in range(len(text)) if f" {text}"[at] == " "),
            len(query) > 4 and any(word.endswith(query) for word in text.split()),
        )
        return rules.index(True) if any(rules) else len(rules)

    words = [("group", name, [name]) for name in labels.groups]
    words += [("class", index, [labels[index], *labels.synonyms[index]]) for index in range(1000)]  # type: ignore[misc, list-item]
    best = {}
    for _, meant, known in words:
        ranked = [(rank(key(word)), place > 0) for place, word in enumerate(known)]
        best[meant] = min(ranked)
    best |= {
        group: min(best[group], (rank(word), True)) for word, group in sorted(GROUP_WORDS.items()) if group in best
    }
    for word, group in GROUP_WORDS.items():
        best[group] = min(best[group], (rank(word), True))
    expected = [meant for meant, found in sorted(best.items(), key=lambda each: each[1]) if found[0] < 4]
    assert list(labels.search(query)) == expected


def test_search_splits_the_question_once(labels: Labels) -> None:
    labels.search("warm")
    calls: Counter[str] = Counter()

    def count(frame: Any, event: str, called: Any) -> None:
        if event == "c_call":
            calls[called.__name__] += 1

    sys.setprofile(count)
    try:
        labels.search("dog " * 10_000)
    finally:
        sys.setprofile(None)
    assert calls["split"] <= 3
