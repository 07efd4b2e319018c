"""A working week of one developer, played through the real loop and the real store on a virtual clock.

``python -m tests.scenarios.week [--seed S] [--mode M] [--days N] [--why]`` prints the screen as that
developer saw it: what was done, and at once below it what the editor showed. The week itself is the same
for every seed and mode; ``week_days`` has it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast

from afterglow.banks import load, shipped
from afterglow.core.model import MODES, Mode
from afterglow.core.stock import Stock, stock_of
from tests.scenarios.week_days import BEFORE, DAYS, FRIDAY_BEFORE, MONDAY
from tests.scenarios.week_desk import Desk
from tests.scenarios.week_rows import Rows, Shown, read
from tests.scenarios.week_time import ZONE, days_from, instant


@cache
def shipped_stock() -> Stock:
    """The banks of this checkout, read once."""
    return stock_of(load([shipped()])[0])


@contextmanager
def played(
    folder: Path, *, mode: Mode = "normal", seed: str | None = "1", days: int = 7
) -> Iterator[tuple[Desk, Rows]]:
    """The Friday before and so many days of the week, played; the desk, and what the store holds."""
    desk = Desk(folder, shipped_stock(), instant(FRIDAY_BEFORE, "15:30"), mode, seed)
    try:
        desk.plan(FRIDAY_BEFORE, BEFORE)
        for day, script in zip(days_from(MONDAY, days), DAYS, strict=False):
            desk.plan(day, script)
        desk.play(instant(MONDAY + timedelta(days=days), "04:00"))
        yield desk, read(desk.stage.outside.connection)
    finally:
        desk.close()


def screen(desk: Desk, rows: Rows, *, why: bool = False) -> str:
    """What was done and what was shown, in order, with the local time of each."""
    lines: list[tuple[int, int, str]] = [
        (one.at, 0, f"{'' if one.window == 'main' else '@' + one.window + ' '}{one.text}") for one in desk.did
    ]
    lines += [(one.at, 1, _shown(one)) for one in rows.shown]
    if why:
        lines += [
            (turn.at, 1, f"      . {turn.kind or 'asked'}: {turn.reason}")
            for turn in rows.turns
            if turn.token_id is None
        ]
    out: list[str] = []
    today: date | None = None
    for at, _, text in sorted(lines):
        moment = datetime.fromtimestamp(at / 1000, ZONE)
        if moment.date() != today:
            today = moment.date()
            out.append(f"\n{moment:%A, %d %B %Y}")
        out.append(f"{moment:%H:%M:%S}  {text}")
    return "\n".join(out).strip()


def _shown(one: Shown) -> str:
    about = " ".join(part for part in (one.source, one.category, f"w{one.warmth}") if part)
    return f"   >> {one.response}   [{about}]"


def main(argv: Sequence[str] | None = None) -> int:
    """Print a week."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios.week", description=__doc__)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--mode", default="normal", choices=MODES)
    parser.add_argument("--days", type=int, default=7, choices=range(1, 8))
    parser.add_argument("--why", action="store_true", help="also why there was silence")
    given = parser.parse_args(argv)
    with (
        tempfile.TemporaryDirectory() as folder,
        played(Path(folder), mode=cast("Mode", given.mode), seed=given.seed, days=given.days) as (desk, rows),
    ):
        sys.stdout.write(screen(desk, rows, why=given.why) + "\n\n" + rows.summary() + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
