"""What is deployed with: the units as systemd reads them, and the container's file held against what is here."""

from __future__ import annotations

import fnmatch
import re
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from bot.cli import EXIT_ERROR, main_app

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("backchannel.service", "backchannel-backup.service", "backchannel-backup.timer")
PROGRAM = "/opt/backchannel/.venv/bin/backchannel"
COMMANDS = {
    command.name or (command.callback.__name__ if command.callback else "") for command in main_app.registered_commands
}


def unit(name: str) -> ConfigParser:
    parsed = ConfigParser(interpolation=None, strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
    parsed.read_string((DEPLOY / name).read_text(encoding="utf-8"))
    return parsed


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(PROGRAM, "/bin/true"), encoding="utf-8")
    checked = subprocess.run(  # noqa: S603 -- ours
        ["systemd-analyze", "verify", "--man=no", *UNITS],  # noqa: S607 -- wherever it is
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert [line for line in checked.stderr.splitlines() if "backchannel" in line] == []
    assert checked.returncode == 0


def test_the_service_runs_the_program_without_rights_and_leaves_failures_to_people() -> None:
    service = unit("backchannel.service")["Service"]

    program, command = shlex.split(service["ExecStart"])
    assert program == PROGRAM
    assert command in COMMANDS
    assert service["User"] == "backchannel"
    assert service["RestartPreventExitStatus"] == str(EXIT_ERROR)
    assert (service["ProtectSystem"], service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == (
        "strict",
        "yes",
        "",
    )
    assert int(service["TimeoutStopSec"]) > 10  # what the program takes to stop


def test_the_nightly_backup_is_a_command_there_is() -> None:
    started = unit("backchannel-backup.service")["Service"]["ExecStart"]

    assert re.search(rf"{PROGRAM} (\w+) ", started)
    assert set(re.findall(rf"{PROGRAM} (\w+) ", started)) <= COMMANDS


def instructions() -> list[tuple[str, str]]:
    """The container's file, its continued lines joined."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    joined = re.sub(r"\\\n\s*", "", text)
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in joined.splitlines() if line.strip()]


def test_the_image_holds_what_is_here_and_runs_as_nobody() -> None:
    given = instructions()
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]

    for source in (
        part for name, rest in given if name == "COPY" and "--from" not in rest for part in rest.split()[:-1]
    ):
        assert (ROOT / source).exists(), source
        assert any(fnmatch.fnmatch(source, pattern) for pattern in allowed), source
    names = [name for name, _ in given]
    assert names.count("FROM") == 2
    last = names[len(names) - names[::-1].index("FROM") :]
    assert last.index("USER") < last.index("ENTRYPOINT")
    assert dict(given)["USER"] not in {"0", "root"}
    assert dict(given)["CMD"] == '["run"]'
    assert not any(re.search(r"xox|xapp|SECRET|TOKEN", rest) for _, rest in given)


def test_the_image_installs_everything_the_package_is_built_from() -> None:
    copied = {part for name, rest in instructions() if name == "COPY" for part in rest.split()[:-1]}
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^packages = \[(.+)\]$", project.split("[tool.mypy]")[0], flags=re.MULTILINE)

    assert {name.strip(' "') for name in listed.split(",")} <= copied
    assert {"pyproject.toml", "README.md", "LICENSE", "constraints.txt"} <= copied
