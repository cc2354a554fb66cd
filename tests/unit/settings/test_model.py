"""The settings' models and their documentation."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_core import PydanticUndefined

from snlib.settings.model import OidcSettings, Settings, environment_names, fields

DOCUMENT = Path(__file__).parents[3] / "docs" / "settings.md"


def shown_default(field) -> str:
    """Return how the documentation shows a field's default."""
    value = field.default
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, tuple):
        value = ", ".join(value)
    return "none" if value in ("", {}) else f"`{value}`"


def test_the_documentation_is_the_code():
    """Each setting has its line in docs/settings.md with name, default and description, in this order, and no other."""
    names = environment_names()
    expected = [
        f"| `{name}` | {shown_default(field)} | {field.description} |"
        for name, (_, field) in zip(names, fields(), strict=True)
    ]
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("| `SNLIB_")] == expected


def test_every_setting_is_described():
    """No setting from outside lacks its description."""
    assert all(field.description for _, field in fields())


def test_what_demo_mode_sets_cannot_come_from_outside():
    """Mode and demo addresses are not among the names of the environment."""
    paths = set(environment_names().values())
    assert not paths & {("mode",), ("demo_origin",), ("demo_connector",)}


def test_settings_do_not_change():
    """Settings are frozen, and a model refuses what it does not know without showing it."""
    oidc = OidcSettings(
        metadata_url="https://idp.example.com/.well-known/openid-configuration",
        client_id="id",
        client_secret=SecretStr("secret"),
    )
    with pytest.raises(ValidationError):
        oidc.client_id = "other"
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"hunter": "hunter2"})
    assert "hunter2" not in str(caught.value)
