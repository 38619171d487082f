"""`sources test` and `sources import` as processes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from support.newsroom_files import newsroom_folder
from support.program import Program

from config.load import load_newsroom

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PAGE = """<!doctype html><html lang="uk"><head><title>Sample Ministry</title></head><body>
<li class="news"><a href="/1">Envoys meet</a><time datetime="2025-12-02T10:00:00Z">today</time></li></body></html>"""
OPML = '<opml version="2.0"><body><outline text="East"><outline text="Sample" xmlUrl="https://s.example/feed"/></outline></body></opml>'


@pytest.fixture
async def site() -> AsyncIterator[str]:
    """A page on loopback."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    application = web.Application()
    application.router.add_get("/news", page)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def run(*arguments: str, **environment: str) -> tuple[int | None, str]:
    async with Program(*arguments, environment={"BACKCHANNEL_ALLOW_HOSTS": "127.0.0.1", **environment}) as program:
        await program.process.wait()
    return program.process.returncode, program.output


async def test_a_page_can_be_tried_by_parts_and_as_it_is_listed(site: str, tmp_path: Path) -> None:
    parts = ("--kind", "page", "--part", "item=li.news", "--part", "date=time")
    code, output = await run("sources", "test", f"{site}/news", *parts)
    assert code == 0, output
    assert "Sample Ministry: 1 items.\n  read as: page\n" in output
    assert "2025-12-02T10:00+00:00    Envoys meet" in output

    folder = newsroom_folder(tmp_path / "config")
    file = folder / "sources" / "strait.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("https://page.example/", f"{site}/news"), encoding="utf-8")
    code, output = await run("sources", "test", "page", "--json", BACKCHANNEL_CONFIG=str(folder))
    assert code == 0, output
    assert json.loads(output)["url"] == f"{site}/1"


async def test_a_list_is_imported_or_refused_in_words(tmp_path: Path) -> None:
    folder = newsroom_folder(tmp_path / "config")
    file = tmp_path / "feeds.opml"
    file.write_text(OPML, encoding="utf-8")
    environment = {"BACKCHANNEL_CONFIG": str(folder)}
    code, output = await run("sources", "import", str(file), **environment)
    assert code == 0, output
    assert "1 source was added to" in output
    assert [source.id for source in load_newsroom(folder).sources[0].sources][-1] == "sample"
    assert "# From feeds.opml / East" in (folder / "sources" / "strait.yaml").read_text(encoding="utf-8")

    file.write_text('<!DOCTYPE opml [<!ENTITY x "y">]><opml/>', encoding="utf-8")
    code, output = await run("sources", "import", str(file), **environment)
    assert code == 2
    assert "declares XML entities" in output
    assert "Traceback" not in output
