"""The environment, and a `.env` file, as Settings. Nothing is read at import: `load_settings` reads it once.

A variable of the environment wins over the file's; an empty one counts as not set. Values of secrets are never shown.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config.check import bad_channel
from config.document import kind, shown
from config.errors import ConfigurationProblem, Mistake
from config.load import default_directory
from config.wording import nearest, quoted

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SLACK = "https://slack.com/api/"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_DATABASES = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")
_ENVIRONMENT = "the environment"
_ALIKE = 88.0  # BACKCHANNEL_CHANEL is near BACKCHANNEL_CHANNEL; BACKCHANNEL_DATA is somebody else's
_PREFIXES = {"xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a user token", "xoxe": "a refresh token"}
_SECRETS = {
    "SLACK_BOT_TOKEN": ("xoxb-", "a bot token", "find it under OAuth & Permissions of the app"),
    "SLACK_APP_TOKEN": ("xapp-", "an app-level token", "find it under Basic Information, App-Level Tokens of the app"),
}


def _token(variable: str) -> AfterValidator:
    begins, wanted, where = _SECRETS[variable]

    def check(token: SecretStr) -> SecretStr:
        value = token.get_secret_value()
        given = next((name for prefix, name in _PREFIXES.items() if value.startswith(prefix)), None)
        if not value.startswith(begins):
            what = f"is {given}" if given else f"does not begin with `{begins}`"
            raise ValueError(f"{what}; it must be {wanted} (`{begins}…`): {where}")
        _no_spaces(value)
        return token

    return AfterValidator(check)


def _signing_secret(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    given = next((name for prefix, name in _PREFIXES.items() if value.startswith(prefix)), None)
    if given:
        raise ValueError(f"is {given}; the signing secret stands under Basic Information, App Credentials of the app")
    _no_spaces(value)
    return secret


def _no_spaces(value: str) -> None:
    if any(character.isspace() or character in "\"'" for character in value):
        raise ValueError("has a space or a quotation mark in it; paste it again, alone")


def _api_url(url: str) -> str:
    if "@" in url:
        raise ValueError("must hold no user name and no password")
    if not re.fullmatch(r"https?://[^\s/?#]+(?:/[^\s?#]*)?", url):
        raise ValueError(f"is no web address ({quoted(url)}); write it as in {SLACK}")
    return url.rstrip("/") + "/"


def _public_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?", url):
        raise ValueError(f"is no web address ({quoted(url)}); write it as in https://backchannel.newsroom.example")
    return url.rstrip("/")


def _database(url: str) -> str:
    if url.startswith(_DATABASES):
        return url
    scheme = url.partition(":")[0]  # never more of it: a password may follow
    raise ValueError(
        f"begins with {quoted(scheme)}; it must begin with {' or '.join(f'`{known}`' for known in _DATABASES)}"
    )


def _channel(channel: str) -> str:
    if problem := bad_channel(channel):
        raise ValueError(problem)
    return channel


def _contact(contact: str) -> str:
    if not contact.isascii() or not contact.isprintable():
        raise ValueError("must be plain ASCII: it is sent in the User-Agent header")
    return contact


def _user_agent(name: str) -> str:
    if not re.match(r"[A-Za-z_-]+", name):
        raise ValueError("must begin with a name of letters: robots.txt files speak to programs by it")
    return _contact(name)


def _level(level: str) -> str:
    if level.upper() not in _LEVELS:
        raise ValueError(f"is none of {', '.join(_LEVELS)}")
    return level.upper()


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Days = Annotated[int, Field(ge=7, le=36_500)]


class Settings(BaseSettings):
    """What differs from one installation to the next. Seconds are seconds; `port` None means no port was asked for."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True, env_file_encoding="utf-8"
    )

    slack_bot_token: Annotated[SecretStr, _token("SLACK_BOT_TOKEN")] | None = None
    slack_app_token: Annotated[SecretStr, _token("SLACK_APP_TOKEN")] | None = None
    slack_signing_secret: Annotated[SecretStr, AfterValidator(_signing_secret)] | None = None
    slack_api_url: Annotated[str, AfterValidator(_api_url)] = SLACK
    # Not shown: it may hold a password.
    database_url: Annotated[str, AfterValidator(_database), Field(repr=False)] = "sqlite+aiosqlite:///backchannel.db"
    config: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        default_factory=default_directory, validation_alias="BACKCHANNEL_CONFIG"
    )
    allow_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(), validation_alias="BACKCHANNEL_ALLOW_HOSTS"
    )
    channel: Annotated[str, AfterValidator(_channel)] | None = Field(
        default=None, validation_alias="BACKCHANNEL_CHANNEL"
    )
    admin_channel: Annotated[str, AfterValidator(_channel)] | None = Field(
        default=None, validation_alias="BACKCHANNEL_ADMIN_CHANNEL"
    )
    contact: Annotated[str, AfterValidator(_contact)] | None = Field(
        default=None, validation_alias="BACKCHANNEL_CONTACT"
    )
    user_agent: Annotated[str, AfterValidator(_user_agent)] | None = Field(
        default=None, validation_alias="BACKCHANNEL_USER_AGENT"
    )
    log_level: Annotated[str, AfterValidator(_level)] = Field(default="INFO", validation_alias="BACKCHANNEL_LOG_LEVEL")
    log_format: Literal["text", "json"] = Field(default="text", validation_alias="BACKCHANNEL_LOG_FORMAT")
    public_url: Annotated[str, AfterValidator(_public_url)] | None = Field(
        default=None, validation_alias="BACKCHANNEL_PUBLIC_URL"
    )
    port: Annotated[int, Field(ge=0, le=65535)] | None = None
    health_port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        default=None, validation_alias="BACKCHANNEL_HEALTH_PORT"
    )
    # What detection compares with and sources list again is never younger than a week.
    keep_background_days: Days = Field(default=30, validation_alias="BACKCHANNEL_KEEP_BACKGROUND_DAYS")
    keep_untold_days: Days = Field(default=180, validation_alias="BACKCHANNEL_KEEP_UNTOLD_DAYS")
    keep_copies_days: Days = Field(default=90, validation_alias="BACKCHANNEL_KEEP_COPIES_DAYS")
    tick_seconds: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = Field(
        default=1.0, validation_alias="BACKCHANNEL_TICK_SECONDS"
    )
    fetch_timeout: Annotated[float, Field(gt=0, le=300, allow_inf_nan=False)] = Field(
        default=30.0, validation_alias="BACKCHANNEL_FETCH_TIMEOUT"
    )
    host_gap: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = Field(
        default=0.5, validation_alias="BACKCHANNEL_HOST_GAP"
    )
    stale_minutes: Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)] = Field(
        default=120.0, validation_alias="BACKCHANNEL_STALE_MINUTES"
    )

    def secret_values(self) -> tuple[str, ...]:
        """What must never be shown: tokens, the signing secret, the database's password."""
        tokens = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret)
        given = [token.get_secret_value() for token in tokens if token is not None]
        password = urlsplit(self.database_url).password
        return (*given, *([password, unquote(password)] if password else []))


def load_settings(env_file: str | Path | None = ".env") -> Settings:
    """Read the environment, and `env_file` where there is one.

    Raises:
        ConfigurationProblem: A variable has a value that cannot be used, or its name is misspelt.
    """
    file = Path(env_file) if env_file is not None else None
    lines = _variables(file)
    wrong = _misspelt(lines, file)
    try:
        settings = Settings(_env_file=file, _env_ignore_empty=True)
    except ValidationError as error:
        wrong += [_mistake(detail, lines, file) for detail in error.errors(include_url=False, include_input=True)]
    if wrong:
        raise ConfigurationProblem(wrong)
    return settings


def known_variables() -> tuple[str, ...]:
    """The name of every variable that is read."""
    return tuple(str(field.validation_alias or name).upper() for name, field in Settings.model_fields.items())


def _variables(file: Path | None) -> dict[str, int]:
    """The variables set in the file, with their lines."""
    if file is None or not file.exists():
        return {}
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationProblem([Mistake(shown(file), None, "", "is not UTF-8 text", "save it as UTF-8")]) from error
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConfigurationProblem([Mistake(shown(file), None, "", f"cannot be read: {why}")]) from error
    named = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")
    matches = ((number, named.match(line)) for number, line in enumerate(text.splitlines(), 1))
    return {match[1].upper(): number for number, match in matches if match}


def _misspelt(lines: dict[str, int], file: Path | None) -> list[Mistake]:
    """Variables of ours that are none, but nearly one: a setting somebody believes in and nobody reads."""
    known = known_variables()
    given = {name.upper() for name in os.environ} | set(lines)
    wrong = []
    for name in sorted(given - set(known)):
        near = nearest(name, known, alike=_ALIKE) if name.startswith(("BACKCHANNEL_", "SLACK_", "DATABASE_")) else None
        if near and near not in given:
            wrong.append(Mistake(*_place(name, lines, file), "is no setting", f"did you mean `{near}`?"))
    return wrong


def _mistake(error: ErrorDetails, lines: dict[str, int], file: Path | None) -> Mistake:
    variable = str(error["loc"][0]).upper()
    secret = variable in _SECRETS or variable == "SLACK_SIGNING_SECRET"
    value, ctx = error["input"], error.get("ctx", {})
    match error["type"]:
        case "value_error":
            what = str(ctx.get("error"))
        case "literal_error":
            what = f"must be {ctx.get('expected')}"
        case "greater_than" | "greater_than_equal" | "less_than_equal":
            bounds = {"gt": "more than", "ge": "at least", "le": "at most"}
            what = " and ".join(f"must be {said} {ctx[bound]:g}" for bound, said in bounds.items() if bound in ctx)
        case "int_parsing" | "int_from_float" | "float_parsing" | "finite_number":
            what = f"must be a {'whole ' if error['type'].startswith('int') else ''}number"
        case _:
            what = f"cannot be used: {error['msg'][:1].lower()}{error['msg'][1:]}"
    if not secret and error["type"] != "value_error":
        what += f", not {quoted(value) if isinstance(value, str) else kind(value)}"
    return Mistake(*_place(variable, lines, file), what)


def _place(variable: str, lines: dict[str, int], file: Path | None) -> tuple[str, int | None, str]:
    """Where a variable is set: the file unless the environment overrules it."""
    in_environment = any(name.upper() == variable and value for name, value in os.environ.items())
    if in_environment or file is None or variable not in lines:
        return _ENVIRONMENT, None, variable
    return shown(file), lines[variable], variable
