"""The environment and a `.env` file become Settings, or a mistake that names the variable and shows no secret."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from config.errors import ConfigurationProblem
from config.load import default_directory
from config.settings import known_variables, load_settings

SECRET = "1234567890-topsecret"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper() in known_variables() or name.upper().startswith(("BACKCHANNEL_", "SLACK_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def told() -> str:
    with pytest.raises(ConfigurationProblem) as caught:
        load_settings()
    assert "topsecret" not in str(caught.value)
    assert "topsecret" not in repr(caught.value)
    return str(caught.value)


def test_without_anything_set_everything_has_its_default() -> None:
    settings = load_settings()

    assert settings.slack_bot_token is settings.slack_app_token is settings.slack_signing_secret is None
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url == "sqlite+aiosqlite:///backchannel.db"
    assert settings.config == default_directory()
    assert settings.allow_hosts == ()
    assert (settings.channel, settings.contact, settings.port) == (None, None, None)
    assert (settings.log_level, settings.log_format) == ("INFO", "text")
    assert (settings.tick_seconds, settings.fetch_timeout, settings.host_gap) == (1.0, 30.0, 0.5)
    assert settings.public_url is None


def test_every_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "SLACK_BOT_TOKEN": f"xoxb-{SECRET}", "SLACK_APP_TOKEN": f"xapp-{SECRET}", "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": "http://127.0.0.1:8900/api", "DATABASE_URL": f"postgresql+asyncpg://me:{SECRET}@host/name",
        "BACKCHANNEL_CONFIG": "~/desk", "BACKCHANNEL_ALLOW_HOSTS": "127.0.0.1:80, feeds.internal,",
        "BACKCHANNEL_CHANNEL": "#talks", "BACKCHANNEL_CONTACT": "desk@example.org", "BACKCHANNEL_LOG_LEVEL": "debug",
        "BACKCHANNEL_LOG_FORMAT": "json", "PORT": "8080", "BACKCHANNEL_TICK_SECONDS": "0.5",
        "BACKCHANNEL_FETCH_TIMEOUT": "5", "BACKCHANNEL_HOST_GAP": "2", "BACKCHANNEL_USER_AGENT": "SampleBot/1",
        "BACKCHANNEL_PUBLIC_URL": "https://desk.example/backchannel/",
        "BACKCHANNEL_ADMIN_CHANNEL": "#admin", "BACKCHANNEL_HEALTH_PORT": "9100",
        "BACKCHANNEL_STALE_MINUTES": "90", "BACKCHANNEL_KEEP_BACKGROUND_DAYS": "7",
        "BACKCHANNEL_KEEP_UNTOLD_DAYS": "8", "BACKCHANNEL_KEEP_COPIES_DAYS": "9",
    }  # fmt: skip
    assert set(given) == set(known_variables())
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    settings = load_settings()

    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == f"xoxb-{SECRET}"
    assert settings.slack_api_url == "http://127.0.0.1:8900/api/"
    assert settings.config == Path.home() / "desk"
    assert settings.allow_hosts == ("127.0.0.1:80", "feeds.internal")
    assert (settings.log_level, settings.log_format, settings.port) == ("DEBUG", "json", 8080)
    assert (settings.tick_seconds, settings.fetch_timeout) == (0.5, 5.0)
    assert (settings.channel, settings.contact) == ("#talks", "desk@example.org")
    assert settings.public_url == "https://desk.example/backchannel"
    assert (settings.host_gap, settings.user_agent) == (2.0, "SampleBot/1")
    assert (settings.admin_channel, settings.health_port) == ("#admin", 9100)
    assert settings.stale_minutes == 90.0
    assert (settings.keep_background_days, settings.keep_untold_days, settings.keep_copies_days) == (7, 8, 9)


def test_no_token_is_in_the_settings_as_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"xoxb-{SECRET}")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("DATABASE_URL", f"postgresql+asyncpg://me:{SECRET}@host/name")

    settings = load_settings()
    assert SECRET not in f"{settings!r} {settings}"


def test_the_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(
        "PORT=1\nexport BACKCHANNEL_CHANNEL='#filed'\nUNRELATED=x\nSLACK_BOT_TOKEN=\n", encoding="utf-8"
    )
    monkeypatch.setenv("PORT", "2")

    settings = load_settings()

    assert (settings.port, settings.channel, settings.slack_bot_token) == (2, "#filed", None)


def test_the_example_names_every_variable_and_nothing_else() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, flags=re.MULTILINE))

    assert named == set(known_variables())


def test_the_example_can_be_used_as_it_is_and_with_every_line_taken_in() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    Path(".env").write_text(example, encoding="utf-8")
    assert load_settings().slack_bot_token is None

    Path(".env").write_text(re.sub(r"^# ([A-Z_]+=)", r"\1", example, flags=re.MULTILINE), encoding="utf-8")
    settings = load_settings()
    assert settings.channel == "#talks-test"
    assert settings.allow_hosts == ("feeds.newsroom.internal", "127.0.0.1:8080")


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        (
            "SLACK_BOT_TOKEN", f"xapp-{SECRET}",
            ("SLACK_BOT_TOKEN: is an app-level token; it must be a bot token (`xoxb-…`): "
            "find it under OAuth & Permissions of the app"),
        ),
        ("SLACK_APP_TOKEN", f"xoxb-{SECRET}", "SLACK_APP_TOKEN: is a bot token; it must be an app-level token (`"),
        ("SLACK_BOT_TOKEN", SECRET, "SLACK_BOT_TOKEN: does not begin with `xoxb-`; it must be a bot token"),
        ("SLACK_BOT_TOKEN", f"xoxb-{SECRET} ", "SLACK_BOT_TOKEN: has a space or a quotation mark in it; paste it"),
        ("SLACK_SIGNING_SECRET", f"xoxb-{SECRET}", "SLACK_SIGNING_SECRET: is a bot token; the signing secret"),
        ("SLACK_API_URL", "slack.com", "SLACK_API_URL: is no web address (`slack.com`); write it as in https://slack.com/api/"),
        (
            "DATABASE_URL", f"postgres://me:{SECRET}@host/name",
            "DATABASE_URL: begins with `postgres`; it must begin with `sqlite+aiosqlite:///` or `postgresql+asyncpg://`",
        ),
        ("BACKCHANNEL_CHANNEL", "Talks", "BACKCHANNEL_CHANNEL: `Talks` is no Slack channel: write `#name`, small and"),
        ("BACKCHANNEL_USER_AGENT", "1/2", "BACKCHANNEL_USER_AGENT: must begin with a name of letters"),
        ("BACKCHANNEL_HOST_GAP", "-1", "BACKCHANNEL_HOST_GAP: must be at least 0, not `-1`"),
        ("BACKCHANNEL_CONTACT", "Büro\n", "BACKCHANNEL_CONTACT: must be plain ASCII: it is sent in"),
        ("BACKCHANNEL_LOG_LEVEL", "loud", "BACKCHANNEL_LOG_LEVEL: is none of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
        ("BACKCHANNEL_LOG_FORMAT", "xml", "BACKCHANNEL_LOG_FORMAT: must be 'text' or 'json', not `xml`"),
        (
            "BACKCHANNEL_PUBLIC_URL", "desk.example",
            "BACKCHANNEL_PUBLIC_URL: is no web address (`desk.example`); write it as in https://backchannel.newsroom.example",
        ),
        ("PORT", "web", "PORT: must be a whole number, not `web`"),
        ("PORT", "70000", "PORT: must be at most 65535, not `70000`"),
        ("BACKCHANNEL_TICK_SECONDS", "0", "BACKCHANNEL_TICK_SECONDS: must be more than 0, not `0`"),
        ("BACKCHANNEL_FETCH_TIMEOUT", "nan", "BACKCHANNEL_FETCH_TIMEOUT: must be a number, not `nan`"),
        ("BACKCHANNEL_FETCH_TIMEOUT", "soon", "BACKCHANNEL_FETCH_TIMEOUT: must be a number, not `soon`"),
        ("BACKCHANNEL_KEEP_UNTOLD_DAYS", "6", "BACKCHANNEL_KEEP_UNTOLD_DAYS: must be at least 7, not `6`"),
        ("BACKCHANNEL_CHANEL", "#talks", "BACKCHANNEL_CHANEL: is no setting; did you mean `BACKCHANNEL_CHANNEL`?"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, line: str
) -> None:
    monkeypatch.setenv(variable, value)

    assert told().startswith(f"the environment: {line}")


def test_a_wrong_value_in_the_file_is_told_with_its_line() -> None:
    Path(".env").write_text(f"# tokens\nSLACK_APP_TOKEN=xoxb-{SECRET}\nPORT=web\n", encoding="utf-8")

    first, second, third = told().splitlines()

    assert first == "2 mistakes in the configuration"
    assert second.startswith(".env:2: SLACK_APP_TOKEN: is a bot token")
    assert third == ".env:3: PORT: must be a whole number, not `web`"


def test_a_file_that_is_not_text_is_told() -> None:
    Path(".env").write_bytes(b"PORT=\xff\xfe")

    assert told() == ".env: is not UTF-8 text; save it as UTF-8"


def test_a_variable_of_somebody_else_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKCHANNEL_DATA", "/data")
    monkeypatch.setenv("SLACK_THEME", "dark")

    load_settings()
