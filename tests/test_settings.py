"""The settings: read once, refused with a sentence, and all of them documented."""

from datetime import datetime
from pathlib import Path

import pytest

from geo.cost import DETOUR_FACTOR
from geo.errors import SettingError
from geo.modes import SPEEDS_KMH
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


def test_the_speeds_of_the_settings_are_those_of_the_modes():
    settings = read_settings({})
    assert dict(settings.speeds_kmh) == SPEEDS_KMH
    assert settings.detour == DETOUR_FACTOR
    changed = read_settings({"XINGHUO_SPEEDS_KMH": "car=30.5, walk = 4"})
    assert dict(changed.speeds_kmh) == SPEEDS_KMH | {"car": 30.5, "walk": 4}


def test_a_routing_engine_has_one_address_or_one_for_each_mode():
    one = {"XINGHUO_ROUTING": "OSRM", "XINGHUO_ROUTING_URL": "http://127.0.0.1:5000/"}
    assert read_settings(one).routing == "osrm"
    assert read_settings(one).routing_url == (("", "http://127.0.0.1:5000"),)
    two = one | {"XINGHUO_ROUTING_URL": "car=http://h:1, walk=https://h/foot"}
    assert dict(read_settings(two).routing_url) == {"car": "http://h:1", "walk": "https://h/foot"}
    with pytest.raises(SettingError, match="ROUTING_URL"):
        read_settings({"XINGHUO_ROUTING": "osrm"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"), ("PORT", "ninety"), ("PUBLIC", "maybe"), ("NOW", "noon"),
        ("DETOUR", "0.9"), ("DETOUR", "nan"), ("DETOUR", "long"), ("SPEEDS_KMH", "fly=900"),
        ("SPEEDS_KMH", "car=500"), ("SPEEDS_KMH", "40"), ("ROUTING", "google"),
        ("ROUTING_URL", "127.0.0.1:5000"), ("ROUTING_URL", "file:///etc/passwd"),
        ("ROUTING_URL", "http://me:secret@h"), ("ROUTING_URL", "fly=http://h"),
        ("ROUTING_TIMEOUT_S", "0"), ("ROUTING_TABLE_SIZE", "x"), ("ROUTING_CACHE_DAYS", "-1"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_refused_with_its_name(name, value):
    with pytest.raises(SettingError, match=PREFIX + name):
        read_settings({PREFIX + name: value})


def test_every_setting_stands_in_the_operators_guide():
    guide = OPERATIONS.read_text(encoding="utf-8")
    rows = [f"| `{PREFIX}{one.name}` | `{one.default}` | {one.help} |" for one in SETTINGS]
    documented = [line for line in guide.splitlines() if line.startswith(f"| `{PREFIX}")]
    assert documented == rows
