"""The settings: read once, refused with a sentence, and all of them documented."""

from datetime import datetime
from pathlib import Path

import pytest

from geo.errors import SettingError
from geo.settings import PREFIX, SETTINGS, read_settings

OPERATIONS = Path(__file__).resolve().parents[1] / "docs" / "operations.md"


def test_an_empty_environment_gives_the_defaults():
    settings = read_settings({})
    assert settings.database_url == "sqlite:///data/xinghuo.db"
    assert settings.port == 8501
    assert settings.address == "127.0.0.1"
    assert settings.public is False
    assert settings.now is None


def test_the_environment_decides():
    settings = read_settings(
        {
            "XINGHUO_DATA": "elsewhere",
            "XINGHUO_PORT": "9000",
            "XINGHUO_PUBLIC": "YES",
            "XINGHUO_NOW": "2026-11-23T10:00",
        }
    )
    assert settings.database_url == "sqlite:///elsewhere/xinghuo.db"
    assert settings.port == 9000
    assert settings.public is True
    assert settings.now == datetime(2026, 11, 23, 10)


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "0"), ("PORT", "ninety"), ("PUBLIC", "maybe"), ("NOW", "noon")]
)
def test_a_value_that_cannot_be_used_is_refused_with_its_name(name, value):
    with pytest.raises(SettingError, match=PREFIX + name):
        read_settings({PREFIX + name: value})


def test_every_setting_stands_in_the_operators_guide():
    guide = OPERATIONS.read_text(encoding="utf-8")
    rows = [f"| `{PREFIX}{one.name}` | `{one.default}` | {one.help} |" for one in SETTINGS]
    documented = [line for line in guide.splitlines() if line.startswith(f"| `{PREFIX}")]
    assert documented == rows
