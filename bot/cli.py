"""The command line: `backchannel --help` lists its commands.

A command imports what it needs when it runs: a helper process that reads a broken feed imports this module too, and
would otherwise carry the whole program with it.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.domain.errors import BackchannelError, InputError
from bot.domain.secrets import shown_address
from bot.logs import set_up_logging
from config.errors import ConfigurationProblem
from config.load import load_newsroom
from config.settings import load_settings

if TYPE_CHECKING:
    from config.schema import Newsroom
    from config.settings import Settings

EXIT_BUG, EXIT_ERROR = 1, 2

log = logging.getLogger(__name__)
main_app = typer.Typer(
    help="Newsroom alerts for negotiations, in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
sources_app = typer.Typer(help="The sources the newsroom lists.", no_args_is_help=True)
main_app.add_typer(sources_app, name="sources")
feedback_app = typer.Typer(help="What the desk said about its alerts.", no_args_is_help=True)
main_app.add_typer(feedback_app, name="feedback")

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, and nothing else, on standard output.")]
Items = Annotated[list[Path], typer.Argument(help="JSON Lines of items, plain or .gz; several are merged.")]
Port = Annotated[int, typer.Option(help="Port of the sandbox page; 0 takes a free one.")]
Negotiation = Annotated[str | None, typer.Option(help="Id of the negotiation, even one switched off; else the first.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")]


def main() -> None:
    """Run a command; an expected failure is told in words and ends with status 2, a bug is logged and ends with 1."""
    set_up_logging("WARNING", "text")  # till the settings say otherwise
    try:
        main_app()
    except (BackchannelError, ConfigurationProblem) as error:
        told = shown_address(f"backchannel: {error}")
        Console(stderr=True, highlight=False, soft_wrap=True).print(told, markup=False)
        sys.exit(EXIT_ERROR)
    except Exception:
        log.exception("this is a bug")  # by way of the log, which takes secrets out
        sys.exit(EXIT_BUG)


def _configured() -> tuple[Settings, Newsroom]:
    settings = load_settings()
    set_up_logging(settings.log_level, settings.log_format, settings.secret_values())
    return settings, load_newsroom(settings.config)


@main_app.command()
def demo(
    port: Port = 8900,
    speed: Annotated[float, typer.Option(min=0.1, help="How many times faster than three minutes.")] = 1.0,
    no_browser: NoBrowser = False,
    trouble: Annotated[bool, typer.Option("--trouble", help="Add sources that hang, fail and lie.")] = False,
) -> None:
    """Watch it work: a Slack on this machine, sample sources, and the real bot between them."""
    from bot.sandbox.supervisor import run_demo

    set_up_logging("WARNING", "text")
    asyncio.run(run_demo(port=port, speed=speed, browser=not no_browser, trouble=trouble))


@main_app.command()
def run(
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Use a Slack on this machine, with a page.")] = False,
    port: Port = 8900,
    no_browser: NoBrowser = False,
    with_parent: Annotated[bool, typer.Option(hidden=True, help="End when standard input does.")] = False,
) -> None:
    """Do everything in one process, with the real sources."""
    from bot.sandbox.supervisor import run_in_sandbox

    if sandbox:
        set_up_logging("WARNING", "text")
        asyncio.run(run_in_sandbox(port=port, browser=not no_browser))
        return
    asyncio.run(_serve(engine=True, listeners=True, with_parent=with_parent))


@main_app.command()
def worker() -> None:
    """Poll, detect and deliver; hear nothing from Slack."""
    asyncio.run(_serve(engine=True, listeners=False))


@main_app.command()
def web() -> None:
    """Hear and answer Slack; poll nothing."""
    asyncio.run(_serve(engine=False, listeners=True))


async def _serve(*, engine: bool, listeners: bool, with_parent: bool = False) -> None:
    from bot.app import Application
    from bot.engine.pauses import spare_the_start, take_short_turns

    take_short_turns()
    settings, newsroom = _configured()
    application = Application(settings, newsroom, engine=engine, listeners=listeners)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    watching = asyncio.create_task(_end_of_input(stop)) if with_parent else None
    stopping = asyncio.create_task(stop.wait())
    starting = asyncio.create_task(application.start())
    damaged = asyncio.create_task(application.damaged())
    try:
        await asyncio.wait([starting, stopping, damaged], return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            await starting
            spare_the_start()
            await asyncio.wait([stopping, damaged], return_when=asyncio.FIRST_COMPLETED)
        if damaged.done():
            raise damaged.result()
    finally:
        for task in filter(None, (watching, starting, stopping, damaged)):
            task.cancel()
        await asyncio.wait([starting])
        await application.stop()


async def _end_of_input(stop: asyncio.Event) -> None:
    """Stop when whoever started us and holds our standard input is gone, even if it was killed."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    stop.set()


@main_app.command()
def check(
    as_json: Json = False,
    mark: Annotated[bool, typer.Option("--mark", help="Mark reached sources `verified: true` in the list.")] = False,
) -> None:
    """Say what works and what does not: settings, database, disk, ports, Slack, each source; and what to do.

    Changes nothing. Ends with 0 where all is well, 1 where something does not work, 2 where it cannot even look.
    """
    from bot.check import Check

    settings, newsroom = _configured()
    if not asyncio.run(Check(settings, newsroom).run(as_json=as_json, mark=mark)):
        raise typer.Exit(1)


@main_app.command()
def replay(items: Items, as_json: Json = False, negotiation: Negotiation = None) -> None:
    """Run the detector over archived items, as they were first seen: what would have been alerted."""
    from bot.evaluation.commands import run_replay

    _settings, newsroom = _configured()
    run_replay(items, newsroom, as_json=as_json, negotiation=negotiation)


@main_app.command()
def evaluate(
    items: Items,
    labels: Annotated[Path, typer.Argument(help="JSON Lines of labels, by item id.")],
    as_json: Json = False,
    negotiation: Negotiation = None,
) -> None:
    """Replay, and score the decisions against labels."""
    from bot.evaluation.commands import run_evaluate

    _settings, newsroom = _configured()
    run_evaluate(items, labels, newsroom, as_json=as_json, negotiation=negotiation)


@main_app.command()
def relate(
    pairs: Annotated[Path, typer.Argument(help="JSON Lines of two headlines: a, b, lang_a, lang_b.")],
    as_json: Json = False,
) -> None:
    """Say how the second of two headlines stands to the first: same, update, new or restated, and what changed."""
    from bot.evaluation.relate import run_relate

    _settings, newsroom = _configured()
    run_relate(pairs, newsroom, as_json=as_json)


@main_app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it: one file, complete in itself.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Back up the database, SQLite or PostgreSQL, while the bot runs, and read the backup back."""
    from bot.operation_commands import run_backup

    settings, _newsroom = _configured()
    asyncio.run(run_backup(file, settings, force=force))


@main_app.command()
def restore(file: Annotated[Path, typer.Argument(help="What `backchannel backup` wrote.")]) -> None:
    """Put a backup in the database's place, which is kept beside it; no bot may be running."""
    from bot.operation_commands import run_restore

    settings, _newsroom = _configured()
    asyncio.run(run_restore(file, settings))


@main_app.command()
def housekeeping(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and let nothing go.")] = False,
    compact: Annotated[bool, typer.Option("--compact", help="Rewrite a SQLite file without its free space.")] = False,
) -> None:
    """Let go of what is past its time now, rather than within the hour."""
    from bot.operation_commands import run_housekeeping

    settings, _newsroom = _configured()
    asyncio.run(run_housekeeping(settings, dry_run=dry_run, rewrite=compact))


@sources_app.command("list")
def sources_list(as_json: Json = False) -> None:
    """List every source the newsroom has."""
    from bot.source_commands import print_sources

    _settings, newsroom = _configured()
    print_sources(newsroom, as_json=as_json)


@sources_app.command("test")
def sources_test(
    source: Annotated[str, typer.Argument(help="A web address, or the id of a listed source.")],
    as_json: Json = False,
    kind: Annotated[str | None, typer.Option(help="Read it as this kind; else it is found out.")] = None,
    part: Annotated[
        list[str] | None, typer.Option(help="Where a page or JSON keeps its articles: item=li.news, title=h3, …")
    ] = None,
) -> None:
    """Read one source once and show what would be kept."""
    from bot.source_choice import is_address, listed_under, source_at
    from bot.source_commands import test_source

    if is_address(source):
        settings = load_settings()
        set_up_logging(settings.log_level, settings.log_format, settings.secret_values())
        chosen = source_at(source, kind, part or ())
    elif kind or part:
        raise InputError("a listed source is read as it is listed", where=source, remedy="Leave out --kind and --part")
    else:
        settings, newsroom = _configured()
        chosen = listed_under(source, newsroom)
    if not asyncio.run(test_source(chosen, settings, as_json=as_json)):
        raise typer.Exit(1)


@sources_app.command("import")
def sources_import(
    file: Annotated[Path, typer.Argument(help="OPML, as feed readers export it.")],
    negotiation: Annotated[str | None, typer.Option(help="Id of the negotiation; else the first.")] = None,
) -> None:
    """Add the feeds of an OPML file to a negotiation's list; those listed already are told and left out."""
    from bot.opml_commands import import_opml

    settings, newsroom = _configured()
    import_opml(file, settings, newsroom, negotiation=negotiation)


@sources_app.command("export")
def sources_export() -> None:
    """Write every source as OPML on standard output; importing gives them back."""
    from bot.opml_commands import export_opml

    _settings, newsroom = _configured()
    sys.stdout.write(export_opml(newsroom))


@sources_app.command("unmove")
def sources_unmove(source: Annotated[str, typer.Argument(help="Its id, as `sources list` shows it.")]) -> None:
    """Poll a source at its listed address again, and do not believe the same move a second time."""
    from bot.move_commands import unmove

    settings, newsroom = _configured()
    asyncio.run(unmove(source, settings, newsroom))


@feedback_app.command("export")
def feedback_export(
    folder: Annotated[Path, typer.Argument(help="Where to write items.jsonl and labels.jsonl.")],
    since: Annotated[str | None, typer.Option(help="Only what was said at or after this date or time (UTC).")] = None,
    negotiation: Negotiation = None,
) -> None:
    """Write what the desk said as items and labels: `evaluate` scores them, training learns from them."""
    from bot.feedback_commands import export_feedback

    settings, newsroom = _configured()
    asyncio.run(export_feedback(folder, settings, newsroom, since=since, negotiation=negotiation))
