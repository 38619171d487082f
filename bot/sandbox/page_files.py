"""The files of the page: index.html at `/` and behind permalinks, everything else under `/static/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from pathlib import Path


class PageFiles:
    """Serves one folder, read anew each time, nothing outside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def routes(self) -> list[web.RouteDef]:
        """What the server mounts."""
        return [
            web.get("/", self._index),
            web.get("/archives/{rest:.*}", self._index),
            web.get("/static/{path:.+}", self._file),
        ]

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return self._serve("index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return self._serve(request.match_info["path"])

    def _serve(self, name: str) -> web.StreamResponse:
        root = self._folder.resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise web.HTTPNotFound(text=f"The sandbox's page has no file {name!r} (looked in {root}).")
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
