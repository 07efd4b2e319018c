"""``say``, ``next`` and ``feedback``: a line that is asked for, and what was thought of it.

Invariant: what is said is used for its answer and kept nowhere.
"""

from __future__ import annotations

import argparse
import os
from datetime import tzinfo
from typing import Final

from afterglow.cli import No, Usage, output, places
from afterglow.core.clean import one_line
from afterglow.core.model import Turn
from afterglow.core.settings import Settings
from afterglow.loop import heard
from afterglow.loop.asking import Asking, answer
from afterglow.loop.clock import SYSTEM, zone_named
from afterglow.loop.record import token_json
from afterglow.loop.setting import GitKnowledge, nowhere
from afterglow.loop.shelves import banks_for
from afterglow.sensors.git import GitSensor, branch_of

SUPPRESSED: Final = "; such lines stay away for 30 days"


def say(options: argparse.Namespace) -> int:
    """Answer a few words with one line; 1 where silence is the answer."""
    text = " ".join(options.text)
    if not one_line(text):
        raise Usage('say: write a few words, such as: afterglow say "that took all day"')
    asking = _asking()
    with places.database() as opened:
        turn = opened.write(lambda connection: answer(connection, text, asking))
    return _told("say", turn, options)


def next_line(options: argparse.Namespace) -> int:
    """Show one more line; 1 where none is worth it."""
    asking = _asking()
    with places.database() as opened:
        turn = opened.write(lambda connection: heard.next_line(connection, asking))
    return _told("next", turn, options)


def feedback(options: argparse.Namespace) -> int:
    """Rate a line by its id."""
    if options.score not in ("1", "2", "3", "4", "5"):
        raise Usage(f"feedback: {options.score!r} is no score; write 1 (spare me) to 5 (more of these)")
    score = int(options.score)
    settings = places.settings()
    zone = zone_of(settings)
    with places.database() as opened:
        made = opened.write(
            lambda connection: heard.rate(connection, settings.user_id, options.id, score, places.now(), zone)
        )
    if made is None:
        raise Usage(f"feedback: {options.id}: no such line; afterglow last shows the ids in brackets")
    suppressed = made.standing.suppressed(places.now())
    if options.json:
        output.put({"id": options.id, "score": score, "suppressed": suppressed})
    else:
        output.say(f"noted, {score} of 5{SUPPRESSED if suppressed else ''}")
    return 0


def zone_of(settings: Settings) -> tzinfo:
    """The time zone of the user's days."""
    return zone_named(settings.time_zone)[0]


def _asking() -> Asking:
    settings, here = places.settings(), places.workspace(None)
    trusted = settings.trust == "full"
    banks, _ = banks_for(places.home(), here, settings.trust, settings.user_id)
    return Asking(
        workspace=here,
        window=f"command-{os.getpid()}",
        settings=settings,
        zone=zone_of(settings),
        clock=SYSTEM,
        banks=banks,
        git=GitKnowledge(GitSensor(here, {}).scan(places.now(), False).unresolved if trusted else ()),
        head=branch_of if trusted else nowhere,
    )


def _told(command: str, turn: Turn, options: argparse.Namespace) -> int:
    if turn.token is None:
        if options.json:
            output.say("null")
        raise No("" if options.json else f"{command}: {turn.reason}")
    if options.json:
        output.put(token_json(turn.token))
    else:
        output.say(output.plain(turn.token.response))
    return 0
