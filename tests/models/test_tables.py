import pytest
from timm.data.imagenet_info import ImageNetInfo

from models.tables.groups import GROUP_WORDS, GROUPS

# What WordNet's definitions say about (nearly) all of a group: a check of the spans that doesn't come from the tables.
DEFINITIONS = {
    "cats": ("cat",),
    "bears": ("bear",),
    "sharks": ("shark", "sharks"),
    "snakes": ("snake", "snakes", "boa", "python", "cobra", "mamba", "viper", "rattlesnake"),
}


def words(index: int) -> str:
    info = ImageNetInfo()
    return info.index_to_description(index, detailed=True).casefold()


@pytest.mark.parametrize("group", GROUPS)
def test_members_are_classes_and_each_stands_once(group: str) -> None:
    members = GROUPS[group]
    assert len(members) >= 2
    assert len(set(members)) == len(members)
    assert all(0 <= index < 1000 for index in members)


def test_every_word_for_a_group_leads_to_one_and_none_hides_another() -> None:
    assert set(GROUP_WORDS.values()) <= set(GROUPS)
    assert not set(GROUP_WORDS) & set(GROUPS)
    assert all(word == word.casefold() for word in (*GROUP_WORDS, *GROUPS))


@pytest.mark.parametrize(
    ("group", "inside", "outside"),
    [
        ("dogs", (151, 207, 248, 254, 268), (150, 269, 273, 275)),  # Chihuahua … hairless; no wolf, dingo, wild dog
        ("cats", (281, 285), (280, 286, 287, 291, 383)),  # no fox, cougar, lynx, lion or ring-tailed lemur
        ("big cats", (288, 290, 291, 292, 293), (281, 287, 294)),
        ("birds", (7, 24, 80, 97, 100, 127, 134, 145, 146), (6, 25, 79, 101, 126, 147, 517)),  # the bird crane alone
        ("fish", (0, 1, 2, 6, 389, 397), (7, 107, 147, 148, 149, 388, 398)),  # no jellyfish, no whale
        ("snakes", (52, 60, 61, 68), (51, 69, 552)),  # the boa, not the feather boa
        ("lizards", (38, 48), (37, 49)),
        ("spiders", (72, 75, 77), (70, 71, 78, 381, 815)),  # no scorpion, spider monkey or web
        ("insects", (300, 308, 319, 326), (299, 327, 70, 78, 79)),
        ("butterflies", (321, 323, 326), (320, 327)),
        ("monkeys", (370, 382), (365, 369, 383, 384)),
        ("bears", (294, 296, 297), (293, 298, 387, 388, 105, 850)),  # no panda, koala or teddy
        ("sharks", (2, 3, 4), (1, 5)),
        ("vehicles", (407, 468, 547, 717, 814, 867, 895), (475, 479, 657, 791)),  # no car mirror, wheel, missile
        ("cars", (436, 511, 817), (475, 479, 565, 705)),
        ("boats", (472, 780, 914), (449, 693)),
        ("food", (923, 924, 934, 953, 963, 967), (922, 958, 968, 440)),  # no menu, hay or cup
        ("fruit", (948, 950, 954, 957), (947, 958, 988)),
        ("musical instruments", (402, 579, 776, 889, 875), (542, 636, 902)),  # no drumstick
        ("furniture", (526, 765, 894), (861,)),
        ("clothes", (474, 610, 834), (264, 893, 911)),
        ("people", (981, 982, 983), (980, 984)),
    ],
)
def test_groups_hold_what_people_mean(group: str, inside: tuple[int, ...], outside: tuple[int, ...]) -> None:
    assert set(inside) <= set(GROUPS[group])
    assert not set(outside) & set(GROUPS[group])


@pytest.mark.parametrize(("group", "expected"), DEFINITIONS.items(), ids=DEFINITIONS)
def test_wordnet_calls_the_members_what_the_group_is_called(group: str, expected: tuple[str, ...]) -> None:
    missing = [words(index) for index in GROUPS[group] if not any(word in words(index) for word in expected)]
    assert missing == []


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("animals", ("dogs", "cats", "birds", "fish", "reptiles", "insects", "monkeys", "spiders", "crabs")),
        ("wild cats", ("big cats",)),
        ("primates", ("apes", "monkeys")),
        ("reptiles", ("turtles", "lizards", "crocodiles", "snakes")),
        ("amphibians", ("frogs", "salamanders")),
        ("insects", ("beetles", "butterflies")),
        ("vehicles", ("cars", "trucks", "buses", "trains", "bicycles", "boats", "planes", "aircraft")),
        ("food", ("fruit", "vegetables", "bread", "desserts")),
        ("furniture", ("chairs",)),
        ("clothes", ("shoes", "hats")),
        ("musical instruments", ("guitars", "pianos")),
    ],
)
def test_smaller_groups_lie_within_larger_ones(whole: str, parts: tuple[str, ...]) -> None:
    for part in parts:
        assert set(GROUPS[part]) <= set(GROUPS[whole]), part


def test_there_are_118_breeds_of_dogs_and_59_birds() -> None:
    assert len(GROUPS["dogs"]) == 118
    assert len(GROUPS["birds"]) == 59
