"""Which commands there are, and what their help says beyond their options.

Invariant: a command that is not built yet is named in ``LATER`` and nowhere else.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, NamedTuple

from afterglow.cli import arguments as takes

LATER: Final = (*("remember", "recall", "code", "import", "mcp", "serve"),)
"""Commands that belong to the design and are not built yet: they say so."""


class Entry(NamedTuple):
    """One command. ``function``: module and name below this package. A tuple, not an attrs class: ``run``
    starts its command before anything heavier is imported."""

    name: str
    function: str
    help: str
    group: str
    arguments: Callable[[argparse.ArgumentParser], None] | None = None
    json: bool = True
    more: str | None = None


_RUN_MORE: Final = """\
The terminal is the command's own, and so is the exit code: 128 + N where signal N ended it, 126 where it
cannot be run, 127 where there is none. Nothing of the command line is kept but the program's name.

  afterglow run -- pytest -q --junitxml=report.xml
  afterglow run --job deploy --label staging -- ./deploy.sh --all"""
_EMIT_MORE: Final = """\
  afterglow emit job.finished --status ok --label nightly --data '{"job": "test", "passed": 142}'
  afterglow emit milestone --data '{"name": "1000 stars"}'"""
_HOOK_MORE: Final = """\
A command that takes minJobSeconds or longer is reported with its exit code, and so is one of a second or
more that looks like a test or a build. Its program and kind are kept; the line itself is dropped, and one
that begins with a space, where your shell keeps those out of its history, is not looked at.

  eval "$(afterglow hook bash)"     in ~/.bashrc
  eval "$(afterglow hook zsh)"      in ~/.zshrc
  afterglow hook fish | source      in ~/.config/fish/config.fish"""
_SAY_MORE: Final = """\
  afterglow say "that took all day"

Silence is an answer, too, and exits with 1; afterglow explain tells why."""
_NEXT_MORE: Final = (
    "It asks for a line and skips the waits and the daily limits, not what keeps a bad moment quiet."
)
_FEEDBACK_MORE: Final = """\
Lines of its kind move up or down for it; a 1 or 2 also buys half an hour without warm lines. A kind whose
last five ratings average below 2 stays away for 30 days, and then one line of it tries again."""
_QUEUE_MORE: Final = """\
  afterglow queue add "Staging is on the new schema." --tags database --ttl 3600
  afterglow queue next --tags database

add prints the id; next takes the best line for this folder, and no turn shows it again."""
_RECIPE_MORE: Final = """\
A recipe is a handful of lines for one piece of work, such as a deploy; they come while it is under way.
Most begin by themselves, by a branch, a file or a command. Your own go into recipes.jsonl in the banks
folder; afterglow banks check FILE reads them over."""
_NOTE_MORE: Final = """\
The next session in this workspace brings it up. It is kept as you write it, so keep secrets out of it.

  afterglow note "retry is not tested yet\""""
_DOCTOR_MORE: Final = """\
ok does its work, off does nothing here and says why, LOOK needs mending. Exit code 1 where something does.

A bundle holds versions, settings without your texts, these rows, counts of events, reasons for silence,
and log lines; no name, path, label, line or command of yours. What is printed is what is written."""
_ENRICH_MORE: Final = """\
  afterglow enrich preview

It shows every request that waits, whole, with where it would go. Nothing is sent, and no key is needed.
Without consent (enrichment.enabled) nothing waits; --as shows what consent would share of your last turns."""
_WORKER_MORE: Final = """\
An editor's server does this by itself while you are away. By hand it asks the language model only where
enrichment.enabled says that it may, within the daily limits; afterglow status --ledger lists each call."""
_FORGET_MORE: Final = (
    "Settings that you wrote (config.toml) stay. There is no way back: see afterglow export."
)

COMMANDS: Final[dict[str, Entry]] = {
    entry.name: entry
    for entry in (
        Entry(
            "demo", "demo:demo", "a scratch project, a real server, and what it says", "See it",
            takes.demo,
        ),
        Entry("lsp", "serving:lsp", "the language server, on stdio", "Use it", takes.lsp, json=False),
        Entry(
            "run", "running:run", "run a command as it is, and report how it ended", "Use it",
            takes.run, json=False, more=_RUN_MORE,
        ),
        Entry("emit", "emitting:emit", "report one event", "Use it", takes.emit, more=_EMIT_MORE),
        Entry(
            "hook", "hooking:hook", "what bash, zsh or fish reads to report its long commands", "Use it",
            takes.hook, json=False, more=_HOOK_MORE,
        ),
        Entry(
            "worker", "working:worker", "do now what waits for idle time", "Use it",
            takes.worker, more=_WORKER_MORE,
        ),
        Entry(
            "say", "saying:say", "say a few words, and read one line", "Talk to it",
            takes.say, more=_SAY_MORE,
        ),
        Entry("next", "saying:next_line", "one more line, now", "Talk to it", more=_NEXT_MORE),
        Entry(
            "feedback", "saying:feedback", "rate a line, from 1 to 5", "Talk to it",
            takes.feedback, more=_FEEDBACK_MORE,
        ),
        Entry(
            "note", "leaving:note", "what to remember for next time", "Talk to it",
            takes.note, more=_NOTE_MORE,
        ),
        Entry(
            "recipe", "leaving:recipe", "lines for a piece of work: list, begin or end one", "Talk to it",
            takes.recipe, more=_RECIPE_MORE,
        ),
        Entry(
            "queue", "queueing:queue_of_lines", "lines that wait for their moment", "Talk to it",
            takes.queue, more=_QUEUE_MORE,
        ),
        Entry(
            "mode", "choosing:mode", "show or set how much is said, in every window", "Quieten it",
            takes.mode,
        ),
        Entry("dnd", "choosing:dnd", "say nothing for a while", "Quieten it", takes.dnd),
        Entry("last", "reading:last", "the last lines shown, newest first", "Look", takes.last),
        Entry(
            "explain", "explaining:explain", "why a line was shown, or why none was", "Look",
            takes.explain,
        ),
        Entry("events", "reading:events", "what was recorded, oldest first", "Look", takes.events),
        Entry("report", "reporting:report", "the last days in figures", "Look", takes.report),
        Entry("status", "health:status", "health, mode, and today's figures", "Look", takes.status),
        Entry(
            "doctor", "doctor:doctor", "what each part sees here, or why not", "Look",
            takes.doctor, more=_DOCTOR_MORE,
        ),
        Entry(
            "banks", "banks:banks", "the lines that are shipped, and yours; or check them", "Look",
            takes.banks,
        ),
        Entry(
            "enrich", "enriching:preview", "what a language model would be sent, sending nothing", "Look",
            takes.enrich, more=_ENRICH_MORE,
        ),
        Entry("export", "keeping:export", "everything that is stored, as JSON lines", "Own it", takes.export),
        Entry("forget", "keeping:forget", "erase what is stored", "Own it", takes.forget, more=_FORGET_MORE),
    )
}  # fmt: skip
