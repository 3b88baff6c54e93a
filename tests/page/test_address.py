"""How visitors are addressed: du, tu and tú, or by the curator's choice Sie, vous and usted."""

import re

import pytest

from page.words import FORMAL, load, read, speaking

LANGUAGES = ("de", "es", "fr")
# What is said to somebody who is a friend: the pronouns, and what one is told to do.
INFORMAL = {
    "de": r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein(e[mnrs]?)?)\b"
    r"|\b([Ww]ähle|[Nn]imm|[Tt]ippe|[Zz]eig|[Ss]ieh|[Mm]arkiere|[Mm]ach|[Ww]arte|[Ss]chick|Filme|Vergiss)\b(?! Sie)",
    "es": r"\b([Tt]ú|[Tt]us?|[Tt]i|[Tt]e|[Cc]ontigo)\b"
    r"|\b([Ee]lige|[Pp]rueba otra vez|[Ee]nséñale|[Hh]az|[Ee]scribe|Fílmala|Olvídalo)\b",
    "fr": r"\b([Tt]u|[Tt]oi|[Tt]on|[Tt]a|[Tt]es|[Tt]e)\b"
    r"|\b([Cc]hoisis|[Pp]rends|[Ee]ssaie|[Éé]cris|[Aa]ttends|Filme-la|[Rr]éessaie|Oublie)\b",
}
# Nobody is addressed in a data sheet, nor by words that look like it.
NOBODY = {"memory_card.datasheet", "memory_card.meaning_type", "move_the_window.limits"}


def flat(sentences: object) -> dict[str, str]:
    assert isinstance(sentences, dict)
    return {f"{section}.{name}": text for section, names in sentences.items() for name, text in names.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_the_formal_page_is_said_to_a_friend(language: str) -> None:
    """A sentence that fails here needs its line in page/words/formal."""
    said = flat(read(language)) | flat(read(language, FORMAL))
    friendly = {key: text for key, text in said.items() if key not in NOBODY and re.search(INFORMAL[language], text)}
    assert friendly == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_formal_sentences_are_set_as_printers_do(language: str) -> None:
    for key, text in flat(read(language, FORMAL)).items():
        assert text == text.strip() != "", key
        assert not re.search(r"['\"]|\.\.\.|[^\S\u00a0]%", text), key
        assert language != "fr" or not re.search(r"\u00ab | [\u00bb:;?!]", text), key


def test_there_are_formal_sentences_where_a_language_has_a_form_for_them() -> None:
    assert sorted(path.stem for path in FORMAL.glob("*.toml")) == sorted(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "informal", "formal"),
    [
        ("de", "Glaubst du das?", "Glauben Sie das?"),
        ("fr", "Tu y crois\u00a0?", "Vous y croyez\u00a0?"),
        ("es", "\u00bfTe lo crees?", "\u00bfSe lo cree?"),
        ("en", "Do you believe it?", "Do you believe it?"),
        ("ar", "\u0647\u0644 \u062a\u0635\u062f\u0651\u0642 \u0630\u0644\u0643\u061f", None),
    ],
)
def test_the_formal_page_asks_formally(language: str, informal: str, formal: str | None) -> None:
    words = load()
    with speaking(language):
        assert words("answer.doubt") == informal
        assert words.formal()("answer.doubt") == (formal or informal)
        assert words.formal().section("answer")["doubt"] == (formal or informal)
        assert set(words.formal().keys()) == set(words.keys())
