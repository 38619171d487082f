"""What the desk said, written as items and labels, and read back by what evaluates."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from support import newsdesk
from support.archive import NOON, Archive, new_development

from bot.domain.alert import Feedback, Verdict
from bot.domain.decision import AlertAction, Kind, Status
from bot.domain.errors import InputError
from bot.evaluation.archive import read_labels
from bot.evaluation.commands import run_evaluate
from bot.evaluation.export import Export, gather, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.parametrize("archive", ["sqlite", "postgresql"], indirect=True)
LATER = NOON + timedelta(hours=1)


async def labelled(archive: Archive, *, since: Any = None) -> dict[str, dict[str, Any]]:
    export = await gather("talks", archive.developments, since=since)
    assert [line["id"] for line in export.items] == [line["id"] for line in export.labels]
    return {str(line["id"]): dict(line) for line in export.labels}


async def add(archive: Archive, name: str, development: str, **changes: Any) -> None:
    item = archive.item(name, outlet="ledger", at=NOON + timedelta(minutes=5))
    await archive.keep(item)
    told = {"development": development, "status": Status.REPORT, "alert": AlertAction.EDIT, **changes}
    decision = replace(new_development(item), **told)
    await archive.developments.record_decision("talks", item, decision, silent=False, now=NOON)


async def test_only_what_was_judged_or_compared_is_labelled(archive: Archive) -> None:
    for name in ("one", "two", "three", "four"):
        await archive.open_development(name)
    await archive.desk.judge(Feedback("d-one", "U1", Verdict.WRONG_TRACK, LATER, tracks=("economy",), note="money"))
    await archive.desk.judge(Feedback("d-three", "U1", Verdict.NOT_NEW, LATER, other="d-two"))

    labels = await labelled(archive)
    assert labels.keys() == {"one", "two", "three"}
    assert labels["one"] == {
        "id": "one", "kind": "development", "in_scope": True, "event": "d-one", "follows": None, "tracks": ["economy"],
        "plover": None, "stage": None,
        "said": [{"verdict": "wrong_track", "by": "U1", "at": LATER.isoformat(), "note": "money"}],
    }  # fmt: skip
    assert (labels["two"]["event"], labels["three"]["event"]) == ("d-two", "d-two")


async def test_not_new_of_nobody_knows_what_is_no_event_of_its_own(archive: Archive) -> None:
    await archive.open_development("one")
    await archive.desk.judge(Feedback("d-one", "U1", Verdict.NOT_NEW, LATER))
    label = (await labelled(archive))["one"]
    assert (label["in_scope"], label["event"]) == (True, None)


async def test_merged_alerts_are_one_event_and_roundups_are_neutral(archive: Archive) -> None:
    await archive.open_development("one")
    await archive.open_development("two", at=NOON + timedelta(minutes=1))
    await add(archive, "live", "d-two", kind=Kind.ROUNDUP, origin=None)
    await archive.desk.judge(Feedback("d-two", "U1", Verdict.SAME_AS, LATER, other="d-one"))

    labels = await labelled(archive)
    assert {name: label["event"] for name, label in labels.items()} == {"one": "d-one", "two": "d-one", "live": None}
    assert (labels["live"]["lead_event"], labels["live"]["in_scope"], labels["live"]["tracks"]) == ("d-one", False, [])
    assert [said["verdict"] for said in labels["one"]["said"]] == ["same_as"]


async def test_only_what_was_said_since_then(archive: Archive) -> None:
    await archive.open_development("one")
    await archive.open_development("two")
    await archive.desk.judge(Feedback("d-one", "U1", Verdict.NOT_NEW, NOON))
    await archive.desk.judge(Feedback("d-two", "U1", Verdict.NOT_NEW, LATER))
    assert (await labelled(archive, since=LATER)).keys() == {"two"}
    assert await gather("other talks", archive.developments, since=None) == Export((), (), 0)


async def test_the_files_are_what_evaluate_reads(archive: Archive, tmp_path: Path) -> None:
    first = archive.item("one", title="Holt and Varga meet in Porto Alto for strait talks")
    await archive.keep(first)
    await archive.developments.record_decision("talks", first, new_development(first), silent=False, now=NOON)
    await archive.keep(replace(first, title="Changed since"))
    await archive.desk.judge(Feedback("d-one", "U1", Verdict.WRONG_TRACK, LATER, tracks=("process",)))
    folder = tmp_path / "new" / "folder"
    for _ in range(2):
        write(folder, await gather("talks", archive.developments, since=None))

    assert sorted(file.name for file in folder.iterdir()) == ["items.jsonl", "labels.jsonl"]
    (item,) = [json.loads(line) for line in (folder / "items.jsonl").read_text().splitlines()]
    assert item["title"] == "Holt and Varga meet in Porto Alto for strait talks", "as it was first seen"
    assert read_labels([folder / "labels.jsonl"])["one"].tracks == ("process",)
    out = io.StringIO()
    run_evaluate(
        [folder / "items.jsonl"], folder / "labels.jsonl", newsdesk.newsroom(), as_json=True, out=out,
        encoder=newsdesk.encoder(),
    )  # fmt: skip
    assert json.loads(out.getvalue())["labelled"] == 1


async def test_a_folder_that_cannot_be_written_to_is_named(archive: Archive, tmp_path: Path) -> None:
    del archive
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match=r"/file: is a file, and a folder is wanted\. Name a folder"):
        write(tmp_path / "file", Export((), (), 0))
    with pytest.raises(InputError, match=r"/file/below: is a file"):
        write(tmp_path / "file" / "below", Export((), (), 0))
