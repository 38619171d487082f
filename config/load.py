"""Reads the files of a configuration folder. All that is wrong is told at once, file by file, in the order of lines.

negotiations/*.yaml   one negotiation each
sources/*.yaml        the sources of one negotiation each
publishers.yaml       owners and agencies
genres.yaml           the trade's words
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from config import check
from config.document import Document, read, shown
from config.errors import ConfigurationProblem, Mistake
from config.schema import Genres, Negotiation, Newsroom, Publishers, SourceList
from config.wording import mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_Model = TypeVar("_Model", bound=BaseModel)


def default_directory() -> Path:
    """The configuration this program comes with."""
    return Path(__file__).resolve().parent


def load_newsroom(directory: Path) -> Newsroom:
    """Read a whole configuration folder.

    Raises:
        ConfigurationProblem: Anything in it is missing or wrong.
    """
    if not directory.is_dir():
        hint = "BACKCHANNEL_CONFIG names the folder; without it the packaged one is used"
        raise ConfigurationProblem([Mistake(shown(directory), None, "", "there is no such folder", hint)])
    wrong: list[Mistake] = []
    negotiations = _gather(wrong, load_negotiation, _files(directory / "negotiations", wrong))
    wrong += _same_negotiation(negotiations)
    wrong += [] if wrong else _none_followed(negotiations)
    parties = {found.id: [party.id for party in found.parties] for found in negotiations.values()}
    taken: dict[tuple[str, str], str] = {}
    # A negotiation that could not be read has no known parties: its sources are then checked for everything else.
    whole = not wrong
    lists = _gather(
        wrong,
        lambda path: load_sources(path, parties if whole else None, taken),
        _files(directory / "sources", wrong),
    )
    everyone = {party for listed in parties.values() for party in listed}
    owners = _gather(wrong, lambda path: load_publishers(path, everyone), [directory / "publishers.yaml"])
    trade = _gather(wrong, load_genres, [directory / "genres.yaml"])
    if wrong:
        raise ConfigurationProblem(wrong)
    (publishers,), (genres,) = owners.values(), trade.values()
    followed = {found.id for found in negotiations.values() if found.enabled}
    return Newsroom(
        negotiations=tuple(found for found in negotiations.values() if found.id in followed),
        sources=tuple(listed for listed in lists.values() if listed.negotiation in followed),
        publishers=publishers,
        genres=genres,
        switched_off=tuple(found for found in negotiations.values() if found.id not in followed),
        unpolled=tuple(listed for listed in lists.values() if listed.negotiation not in followed),
    )


def load_negotiation(path: Path) -> Negotiation:
    """Read one negotiation.

    Raises:
        ConfigurationProblem: Anything in it is wrong.
    """
    return _load(path, Negotiation, check.negotiation)


def load_sources(
    path: Path,
    parties: Mapping[str, Iterable[str]] | None = None,
    taken: dict[tuple[str, str], str] | None = None,
) -> SourceList:
    """Read one list of sources.

    Args:
        path: The file.
        parties: The parties of each negotiation there is; None leaves the names of negotiation and parties unchecked.
        taken: Ids and addresses of lists read before, for `config.check.sources`.

    Raises:
        ConfigurationProblem: Anything in it is wrong.
    """
    places = {} if taken is None else taken
    return _load(path, SourceList, lambda document, model: check.sources(document, model, parties, places))


def load_publishers(path: Path, parties: Iterable[str] = ()) -> Publishers:
    """Read the owners and agencies; `parties` are those of every negotiation there is.

    Raises:
        ConfigurationProblem: Anything in it is wrong.
    """
    return _load(path, Publishers, lambda document, model: check.publishers(document, model, parties))


def load_genres(path: Path) -> Genres:
    """Read the trade's words.

    Raises:
        ConfigurationProblem: Anything in it is wrong.
    """
    return _load(path, Genres, check.genres)


def _load(path: Path, model: type[_Model], cross: Callable[[Document, _Model], Iterable[Mistake]]) -> _Model:
    document = read(path)
    wrong = list(document.mistakes)
    noted = {found.field for found in wrong}
    try:
        made = model.model_validate(document.values)
    except ValidationError as error:
        found = [mistake(detail, document, model) for detail in error.errors(include_url=False)]
        # What was wrong as YAML was left out, so the schema misses it: told once is enough.
        wrong += [one for one in found if one.field not in noted]
    else:
        wrong += cross(document, made)
        if not wrong:
            return made
    raise ConfigurationProblem(sorted(wrong, key=lambda one: (one.line or 0, one.field)))


def _files(folder: Path, wrong: list[Mistake]) -> list[Path]:
    files = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    if not files:
        wrong.append(Mistake(shown(folder), None, "", "holds no .yaml file", "at least one is needed"))
    return files


def _gather(wrong: list[Mistake], load: Callable[[Path], _Model], paths: Iterable[Path]) -> dict[Path, _Model]:
    """Every file that can be read; the mistakes of the others are added to `wrong`."""
    made = {}
    for path in paths:
        try:
            made[path] = load(path)
        except ConfigurationProblem as problem:
            wrong.extend(problem.mistakes)
    return made


def _same_negotiation(negotiations: Mapping[Path, Negotiation]) -> list[Mistake]:
    first: dict[str, Path] = {}
    wrong = []
    for path, negotiation in negotiations.items():
        other = first.setdefault(negotiation.id, path)
        if other != path:
            document = read(path)
            wrong.append(document.mistake(("id",), f"`{negotiation.id}` is already the id of {shown(other)}"))
    return wrong


def _none_followed(negotiations: Mapping[Path, Negotiation]) -> list[Mistake]:
    if any(negotiation.enabled for negotiation in negotiations.values()):
        return []
    path = list(negotiations)[-1]
    return [read(path).mistake(("enabled",), "switches off the last negotiation there is", "at least one is needed")]
