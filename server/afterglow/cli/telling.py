"""The demo as a person reads it, or as JSON lines. Invariant: it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from afterglow.cli import output
from afterglow.core import words

_INTRO: Final = """\
Afterglow sits beside an editor, notices when tests, builds and commits end, and says one short line
when one is welcome. Here it watches a scratch project; every command below is real.
"""


@frozen
class Outcome:
    """One step and what came of it. ``speaks``: whether a line was due. Times in ms; ``after_ms`` counts
    from the end of the command to the line, or to the decision to be silent."""

    title: str
    words: str
    speaks: bool
    token: dict[str, Any] | None
    reason: str
    took_ms: float
    after_ms: float
    good: bool


class Teller:
    """Tells each step when it is over, and at the end how it went."""

    def __init__(self, *, json: bool) -> None:
        self._json = json
        self._steps: list[Outcome] = []
        if not json:
            output.say(_INTRO, flush=True)

    def step(self, made: Outcome) -> None:
        """One step is over."""
        self._steps.append(made)
        if self._json:
            output.put(_json(made), flush=True)
            return
        output.say(f"{len(self._steps)}. {made.title}")
        output.say(f"   $ {made.words}")
        if made.token is not None:
            latency = words.duration(made.after_ms)
            output.say(f"   says:    {output.plain(made.token['response'])}")
            came = f"came {latency} after the command, its waits included"
            output.say(f"            {came}; decided in {_fine(made.token)}")
        else:
            output.say(f"   silent:  {output.plain(made.reason)}")
        if not made.good:
            output.say(f"   WRONG:   {'a line' if made.speaks else 'silence'} was due here")
        output.say(flush=True)

    def end(self, uninvited: Sequence[dict[str, Any]], status: str) -> bool:
        """The summary; False where lines came that nobody expected, or a file of ours lies around."""
        good = not uninvited and status == ""
        lines = sum(made.token is not None for made in self._steps)
        if self._json:
            left = {"unexpected": len(uninvited), "git_status": status.splitlines()}
            output.put({"lines": lines, **left, "ok": good and all(made.good for made in self._steps)})
            return good
        silences = len(self._steps) - lines
        said = f"{words.counted(lines, 'line')}, {words.counted(silences, 'silence')}"
        output.say(f"{said}, and {_uninvited(uninvited)}")
        if status:
            output.say(f"The project should be as git left it, but shows {len(status.splitlines())} changes.")
        else:
            output.say("Nothing was written into the project: its git status is clean.")
        return good


def _uninvited(tokens: Sequence[dict[str, Any]]) -> str:
    if not tokens:
        return "nothing else came."
    return f"{len(tokens)} more that nobody expected: {output.plain(tokens[0].get('response'))}"


def _fine(token: dict[str, Any]) -> str:
    latency = token.get("latencyMs")
    return f"{latency:.1f} ms" if isinstance(latency, int | float) else "an unknown time"


def _json(made: Outcome) -> dict[str, Any]:
    return {
        "step": made.title,
        "command": made.words,
        "command_ms": round(made.took_ms),
        "expected": "line" if made.speaks else "silence",
        "token": made.token,
        "reason": made.reason,
        "after_ms": round(made.after_ms),
        "latency_ms": made.token.get("latencyMs") if made.token else None,
        "ok": made.good,
    }
