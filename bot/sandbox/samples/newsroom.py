"""The configuration directory of a newsroom that reads the sample outlets and nothing else."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import yaml

from config.schema import Agency, Family, Publishers, SourceConfig, SourceList

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.sandbox.samples.rundown import Rundown

NEGOTIATION = "ukraine_russia"
COPIED = (f"negotiations/{NEGOTIATION}.yaml", "genres.yaml", "manifest.json")


def write(directory: Path, base: Path, *, rundown: Rundown, sources: Sequence[SourceConfig]) -> None:
    """Write it: `base` as packaged, with the sample outlets' sources and families in place of real sources.

    Args:
        directory: Made if missing; files in it are overwritten.
        base: The packaged configuration, or another complete one.
        rundown: Whose outlets become families, and whose agencies become credits.
        sources: The feeds to list.
    """
    for name in COPIED:
        target = directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(base / name, target)
    _dump(directory / "publishers.yaml", _publishers(base / "publishers.yaml", rundown))
    _dump(directory / "sources" / f"{NEGOTIATION}.yaml", SourceList(negotiation=NEGOTIATION, sources=tuple(sources)))


def _publishers(packaged: Path, rundown: Rundown) -> Publishers:
    real = Publishers.model_validate(yaml.safe_load(packaged.read_text(encoding="utf-8")))
    families = tuple(
        Family(id=outlet.id, name=outlet.name, hosts=(outlet.host,), party=outlet.affiliation)
        for outlet in rundown.outlets
    )
    agencies = tuple(
        Agency(id=outlet.id, name=outlet.name, hosts=(outlet.host,), credits=(outlet.name, f"({outlet.name})"))
        for outlet in rundown.outlets
        if outlet.tier == "agency"
    )
    return real.model_copy(update={"families": real.families + families, "agencies": real.agencies + agencies})


def _dump(target: Path, model: Publishers | SourceList) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    written = yaml.safe_dump(model.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    target.write_text(written, encoding="utf-8")
