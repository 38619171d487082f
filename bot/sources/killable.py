"""Work on hostile documents, in a process of its own that is killed at a deadline and whose memory is bounded.

Parsers written for good documents have bad ones on which they take hours or gigabytes. Neither may be ours: what runs
here shares neither our interpreter nor our event loop, and ends even if we are killed first.
"""

from __future__ import annotations

import asyncio
import math
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from anyio import BrokenWorkerProcess, CapacityLimiter, to_process

if TYPE_CHECKING:
    from collections.abc import Callable

MEMORY = 512 * 1024 * 1024

# Beyond our own deadline: whoever outlives that, because we were killed, is ended by the system.
_GRACE_SECONDS = 5

Result = TypeVar("Result")


class NotDoneError(Exception):
    """The work did not end well; the text completes "the work …"."""


class TooSlowError(NotDoneError):
    """It was killed at its deadline."""


class TooHungryError(NotDoneError):
    """It needed more memory than it may have."""


class CrashedError(NotDoneError):
    """Its process died."""


async def run_killable(
    work: Callable[..., Result], *arguments: object, deadline: float, memory: int = MEMORY
) -> Result:
    """Call `work` with `arguments` in a worker process; both, and what it returns, must be picklable.

    Args:
        work: A function at the top of its module. What it raises is raised here.
        arguments: Given to it.
        deadline: Seconds it may take once it is its turn. As many run at once as the machine has cores.
        memory: Bytes it may take beyond what its process has already. Enforced on Linux only.

    Raises:
        NotDoneError: It was too slow or too hungry, or its process died.
    """
    async with to_process.current_default_process_limiter():
        try:
            async with asyncio.timeout(deadline):
                # The turn is taken above, so that waiting for it does not count; one of its own is never waited for.
                return await to_process.run_sync(
                    _bounded, work, arguments, deadline, memory, cancellable=True, limiter=CapacityLimiter(1)
                )
        except TimeoutError as error:
            raise TooSlowError(f"did not end within {deadline:g} s") from error
        except MemoryError as error:
            raise TooHungryError(f"needed more than {memory // 2**20} MB") from error
        except BrokenWorkerProcess as error:
            raise CrashedError("crashed") from error


def _bounded(work: Callable[..., Result], arguments: tuple[object, ...], deadline: float, memory: int) -> Result:
    """Bound this process, which has other work before and after, and do the work. Called in the worker process."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + memory)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + deadline) + _GRACE_SECONDS)
    return work(*arguments)


def _limit(what: int, most: int) -> None:
    _, ceiling = resource.getrlimit(what)
    resource.setrlimit(what, (most if ceiling == resource.RLIM_INFINITY else min(most, ceiling), ceiling))
