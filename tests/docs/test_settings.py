"""docs/settings.md says what can be set."""

from page.settings import Settings
from tests.docs.reading import table, text


def test_settings_table_is_the_settings_row_by_row() -> None:
    rows = table(text("docs/settings.md"), "Flag | Variable | Default | Meaning")
    assert rows == [
        [f"--{name.replace('_', '-')}", f"SEEWHY_{name.upper()}", str(field.default), field.description]
        for name, field in Settings.model_fields.items()
    ]
