"""A small newsroom's configuration as files: the packaged genres, and talks that never were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.load import default_directory

if TYPE_CHECKING:
    from pathlib import Path

NEGOTIATION = """\
id: strait
name: Strait talks
channel: "#strait"
languages: [en]
scope: {en: [strait talks]}
tracks: [{id: waters, name: Waters, covers: "Who may sail and fish.", seeds: {en: [fishing rights]}}]
parties: [{id: norland, name: Norland, role: principal}, {id: sudmark, name: Sudmark, role: principal}]
actors: []
actions: [{id: meet, plover: CONSULT, words: {en: [meet*]}}]
"""
HEAD = "negotiation: strait\nsources:\n"
SOURCES = """\
  # the wire
  - {id: wire, name: Sample Wire, url: "https://wire.example/feed", language: en, tier: agency, interval: 5}
  - {id: desk, name: Sample Desk, url: "https://t.me/s/sample_desk", tier: official, party: norland, kind: telegram}
  - {id: page, name: Зразок, url: "https://page.example/", language: uk, tier: other, kind: page,
     select: {item: "li > a"}}
  - {id: api, name: Sample API, url: "https://api.example/", tier: other, enabled: false, kind: json,
     paths: {title: t, url: u}}
"""


def newsroom_folder(folder: Path, *, keep_sources: int | None = None) -> Path:
    """Write it; `keep_sources` is how many of the sources it keeps."""
    for name in ("negotiations", "sources"):
        (folder / name).mkdir(parents=True)
    lines = SOURCES.splitlines(keepends=True)[: None if keep_sources is None else keep_sources + 1]
    parts = {
        "negotiations/strait.yaml": NEGOTIATION,
        "sources/strait.yaml": HEAD + "".join(lines),
        "publishers.yaml": "families: []\nagencies: []\n",
        "genres.yaml": (default_directory() / "genres.yaml").read_text(encoding="utf-8"),
    }
    for name, text in parts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
