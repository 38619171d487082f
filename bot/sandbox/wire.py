"""What travels: the JSON alias and the refusals the Web API answers with."""

from __future__ import annotations

import math
from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """A call Slack refuses: becomes `{"ok": false, "error": code, …}` with HTTP 200, as Slack answers.

    `problems` are sentences such as "must be less than 151 characters [json-pointer:/blocks/0/text/text]"; they
    are put where Slack puts them (`response_metadata.messages` with an "[ERROR] " before each).
    `extra` are further top-level fields, e.g. `needed` and `provided` of `missing_scope`.
    """

    def __init__(self, code: str, problems: list[str] | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.problems = list(problems or ())
        self.extra = extra

    def body(self) -> Json:
        """The answer as Slack words it."""
        answer: Json = {"ok": False, "error": self.code, **self.extra}
        if self.problems:
            answer["errors"] = self.problems
            answer["response_metadata"] = {"messages": [f"[ERROR] {problem}" for problem in self.problems]}
        return answer


class RateLimitedError(Exception):
    """Too many calls: becomes HTTP 429 with `Retry-After` in whole seconds, at least 1."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"wait {wait:.2f} s")
        self.retry_after = max(1, math.ceil(wait))


class ControlError(Exception):
    """A wrong request to the control API: what is wrong (`code`), and in `detail` what to do about it."""

    def __init__(self, code: str, detail: str, status: int = 400) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.status = status

    def body(self) -> Json:
        """The answer of the control API."""
        return {"ok": False, "error": self.code, "detail": self.detail}
