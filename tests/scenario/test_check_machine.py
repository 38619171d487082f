"""What `check` sees on this machine."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from alembic import command
from support.postgresql import fresh_database

from bot.check_machine import Finding, database_findings, port_findings, setting_findings
from bot.storage.database import Database
from bot.storage.readiness import newest_version
from bot.storage.versions import alembic_config
from config.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from support.archive import Archive


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {each.what: each for each in findings}


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def url_of(archive: Archive) -> str:
    return archive.database.url.render_as_string(hide_password=False)


def test_every_setting_is_shown_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1-hidden")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "0123456789hidden")
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://desk:hidden@db.example/talks")
    monkeypatch.setenv("BACKCHANNEL_ALLOW_HOSTS", "a.internal,b.internal")
    found = by_name(setting_findings(load_settings(None)))

    assert "hidden" not in str(found)
    assert found["setting SLACK_BOT_TOKEN"].seen == "set"
    assert found["setting DATABASE_URL"].seen == "postgresql+asyncpg://desk:…@db.example/talks"
    assert found["setting BACKCHANNEL_ALLOW_HOSTS"].seen == "a.internal, b.internal"
    assert found["setting BACKCHANNEL_TICK_SECONDS"].seen == "1.0 (the default)"
    assert found["setting BACKCHANNEL_ADMIN_CHANNEL"].seen == "not set: nobody is told when a source breaks"
    assert all(each.ok for each in found.values())


@pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)
async def test_a_database_in_order_is_found_so(archive: Archive) -> None:
    found = by_name(await database_findings(url_of(archive)))

    assert all(each.ok for each in found.values())
    assert found["migrations"].seen == f"at {newest_version()}"
    assert found["database writable"].seen == "yes"
    assert ("disk" in found) is archive.database.is_sqlite


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_tables_of_an_older_version_are_named_and_left_alone(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/old.db"
    if kind == "postgresql":
        url = await fresh_database(request.getfixturevalue("postgresql"))
    empty = by_name(await database_findings(url))
    assert all(each.ok for each in empty.values())

    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda plain: command.upgrade(alembic_config(plain), "0001"))
    await database.close()
    for _ in range(2):
        found = by_name(await database_findings(url))
        assert found["migrations"].seen == f"at 0001, wanted {newest_version()}"
        assert not found["migrations"].ok
        assert found["database writable"].ok


async def test_no_database_yet_is_well_where_one_can_be_made(tmp_path: Path) -> None:
    (found,) = [
        each for each in await database_findings(f"sqlite+aiosqlite:///{tmp_path}/new.db") if each.what != "disk"
    ]
    assert found.ok
    assert "is made at the first start" in found.seen
    assert files(tmp_path) == []

    (nowhere,) = await database_findings(f"sqlite+aiosqlite:///{tmp_path}/missing/new.db")
    assert not nowhere.ok
    assert "cannot be made in" in nowhere.seen


async def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("somebody's notes\n" * 500)
    found = by_name(await database_findings(f"sqlite+aiosqlite:///{tmp_path}/notes.db"))
    assert not found["database"].ok
    assert "file is not a database" in found["database"].seen


async def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    found = by_name(await database_findings("postgresql+asyncpg://desk:hidden@127.0.0.1:1/talks"))
    assert not found["database"].ok
    assert "hidden" not in str(found)


async def test_a_port_in_use_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104 -- as the web server does
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        (found,) = await port_findings(load_settings(None))
        assert not found.ok
        assert found.remedy == "End what uses it, or set PORT to another"
    (found,) = await port_findings(load_settings(None))
    assert (found.what, found.ok, found.seen) == (f"port {port}", True, "free")


async def test_where_hubs_are_to_reach_us_the_port_they_come_to_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await port_findings(load_settings(None)) == []
    monkeypatch.setenv("BACKCHANNEL_PUBLIC_URL", "https://desk.example")
    (found,) = await port_findings(load_settings(None))
    assert found.what == "port 3000"
