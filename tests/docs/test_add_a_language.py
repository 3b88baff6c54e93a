"""docs/add-a-language.md, followed word by word in a copy of the project, up to where a translator begins."""

import re
import subprocess
from pathlib import Path

from page.words import ENGLISH, read
from tests.docs.following import Copy
from tests.docs.reading import blocks, table, text

GUIDE = text("docs/add-a-language.md")


def test_a_copy_is_a_language_and_the_tests_say_that_it_is_not_translated(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    subprocess.run(["bash", "-euc", blocks(GUIDE, "bash")[0]], cwd=copy.root, check=True)
    assert copy.follow(GUIDE) == 1

    code = (
        "from page.words import load; w = load('it'); print(w.languages['it'], w.number(1234.5, 1), w('page.looking'))"
    )
    (copy.root / "spoken.py").write_text(code)
    assert copy.run("spoken").stdout == f"Italiano 1.234,5 {read(ENGLISH)['page']['looking']}\n"

    (_, after) = blocks(GUIDE, "bash")
    (pytest,) = re.findall(r"^\.venv/bin/python -m (.*)$", after, re.MULTILINE)
    told = copy.run(*pytest.split(), "-q", "-p", "no:cacheprovider").stdout
    failed = set(re.findall(r"^FAILED \S+::(\w+)\[it\]", told, re.MULTILINE))
    # The second is the list of verbs that the guide asks for.
    assert failed == {"test_every_sentence_is_translated", "test_model_has_no_mind_in_any_language"}, told


def test_every_key_of_the_first_table_is_explained() -> None:
    explained = [key for keys, _ in table(GUIDE, "Key | What it is") for key in re.findall(r"\w+", keys)]
    assert explained == list(read(ENGLISH)["language"])
