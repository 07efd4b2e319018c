"""Whether what a line claims is what was recorded: every number and every name, read out of the line itself.

Made of the rows alone (``week_rows``), not of the code that makes lines. ``news_problems`` takes a line
apart claim by claim; a digit that no claim accounts for is a problem, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final

from tests.scenarios.week_desk import Desk
from tests.scenarios.week_rows import Happened, Rows, Shown
from tests.scenarios.week_time import DAY_MS, ZONE

SPAN: Final = r"(under 0\.1 s|[\d.]+ (?:s|min|h|days?)(?: \d\d)?)"
WHEN: Final = r"(at \d\d:\d\d|yesterday at \d\d:\d\d|on \w+day|on \d+ \w{3})"
SINCE: Final = r"(yesterday \d\d:\d\d|\d\d:\d\d|\w+day|\d+ \w{3})"
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FRESH_MS: Final = 2 * 3_600_000


def is_span(text: str, ms: float) -> bool:
    """Whether ``text`` says ``ms`` to the precision that it has."""
    if text == "under 0.1 s":
        return ms < 100
    found = re.fullmatch(r"([\d.]+) (s|min|h|days?)(?: (\d\d))?", text)
    assert found is not None, text
    number, unit, rest = float(found[1]), found[2].rstrip("s") or "s", int(found[3] or 0)
    unit_ms = {"s": 1_000, "min": 60_000, "h": 3_600_000, "day": DAY_MS}[unit]
    step = 100 if "." in found[1] else 60_000 if found[3] else unit_ms
    if unit == "h" and not found[3] and number < 24:
        step = 60_000
    return abs(number * unit_ms + rest * 60_000 - ms) <= step / 2 + 1


def _ages(ms: float) -> tuple[float, ...]:
    hour = 3_600_000
    return (ms,) if ms < 3 * hour else (ms, round(ms / hour) * hour)


def is_time(text: str, at: int, now: int) -> bool:
    """Whether ``at 14:10``, ``yesterday 17:02``, ``on Tuesday``, ``3 Mar`` names ``at`` at ``now``."""
    then, present = (datetime.fromtimestamp(ms / 1000, ZONE) for ms in (at, now))
    days = (present.date() - then.date()).days
    words = text.removeprefix("on ").replace(" at ", " ").removeprefix("at ")
    clock = f"{then:%H:%M}"
    if days <= 1:
        return words == (clock if days == 0 else f"yesterday {clock}")
    if days < 7:
        return words == _DAYS[then.weekday()]
    return words == f"{then.day} {_MONTHS[then.month - 1]}"


class Audit:
    """One line of news and the event it is about."""

    def __init__(self, rows: Rows, line: Shown, event: Happened) -> None:
        self.rows, self.line, self.event = rows, line, event
        self.before = [
            one
            for one in rows.events
            if one.workspace == event.workspace and (one.at, one.seq) < (event.at, event.seq)
        ]
        self.runs = [
            one
            for one in self.before
            if one.job == event.job and set(one.labels) & set(event.labels) and one.status in ("ok", "fail")
        ]
        self.same = [one for one in self.before if one.kind == event.kind]
        midnight = datetime.fromtimestamp(line.at / 1000, ZONE).replace(hour=0, minute=0, second=0)
        self.today = [one for one in self.same if one.at >= midnight.timestamp() * 1000]

    # -- what is known -----------------------------------------------------------------------------

    @property
    def fails(self) -> list[Happened]:
        """The failed runs of the streak that this run ended, oldest first."""
        found: list[Happened] = []
        for one in reversed(self.runs):
            if one.status == "ok" and not self.part(one):
                break
            if one.status == "fail":
                found.append(one)
        return found[::-1]

    @property
    def green_before(self) -> Happened | None:
        fails = self.fails
        whole = [one for one in self.runs if one.status == "ok" and not self.part(one)]
        return next((one for one in reversed(whole) if not fails or one.at < fails[0].at), None)

    def part(self, run: Happened) -> bool:
        """A run of less than half of the tests of its neighbours."""
        totals = [one.total for one in self.runs if one.total is not None]
        return run.total is not None and run.total * 2 <= max(totals, default=0)

    def count(self, name: str) -> int | None:
        value = self.event.data.get(name)
        return value if isinstance(value, int) else None

    # -- the claims --------------------------------------------------------------------------------

    def passed(self, number: str) -> bool:
        return int(number) == self.count("passed")

    def skipped(self, number: str) -> bool:
        return int(number) == self.count("skipped")

    def took(self, span: str) -> bool:
        return self.event.duration_ms is not None and is_span(span, self.event.duration_ms)

    def green_after_span(self, span: str, runs: str) -> bool:
        fails = self.fails
        return bool(fails) and int(runs) == len(fails) and is_span(span, self.event.at - fails[0].at)

    def failed_runs(self, runs: str) -> bool:
        return int(runs) == len(self.fails)

    def first_green_after(self, span: str) -> bool:
        fails = self.fails
        return bool(fails) and self.green_before is None and is_span(span, self.event.at - fails[0].at)

    def first_green_since(self, when: str) -> bool:
        green = self.green_before
        return bool(self.fails) and green is not None and is_time(when, green.at, self.line.at)

    def more(self, number: str) -> bool:
        greens = [one for one in self.runs if one.status == "ok" and not self.part(one)]
        last = greens[-1].data.get("passed") if greens else None
        passed = self.count("passed")
        return last is not None and passed is not None and int(number) == passed - last

    def fastest(self, days: str) -> bool:
        week = self.event.at - int(days) * DAY_MS
        greens = [one for one in self.runs if one.status == "ok" and one.at >= week and one.duration_ms]
        mine = self.event.duration_ms or 0
        old = self.runs[0].at <= week
        return old and len(greens) >= 5 and all(mine < (one.duration_ms or 0) for one in greens)

    def usual(self, span: str) -> bool:
        greens = [one for one in self.runs if one.status == "ok" and not self.part(one)]
        times = [one.duration_ms for one in greens if one.duration_ms is not None][-20:]
        return len(times) >= 3 and is_span(span, median(times))

    def coverage(self, value: str) -> bool:
        known = self.event.data.get("coverage")
        return known is not None and abs(float(value) - known) < 0.1

    def metric(self, name: str, value: str, percent: str | None) -> bool:
        known = self.event.data.get("metrics", {}).get(name.replace(" ", "_"))
        scale = 100 if percent and known is not None and known <= 1 else 1
        return known is not None and abs(float(value) - known * scale) <= abs(known * scale) * 0.005 + 0.1

    def first_today(self, _kind: str) -> bool:
        return not self.today

    def last_was(self, when: str) -> bool:
        return bool(self.same) and is_time(when, self.same[-1].at, self.line.at)

    def nth_today(self, number: str) -> bool:
        return int(number) == len(self.today) + 1

    def nth_before(self, number: str, when: str) -> bool:
        return int(number) == len(self.today) and is_time(when, self.same[-1].at, self.line.at)

    def red_lasted(self, span: str) -> bool:
        """The newest red of any one job here: from its first failure to the good end that ended it."""
        ended: list[tuple[int, int]] = []
        began: dict[tuple[str | None, str], int] = {}
        for one in self.before:
            key = (one.job, one.label)
            if one.status == "fail" and one.job is not None:
                began.setdefault(key, one.at)
            elif one.status == "ok" and key in began:
                ended.append((one.at, began.pop(key)))
        return bool(ended) and is_span(span, max(ended)[0] - max(ended)[1])

    def pushed_at(self, clock: str) -> bool:
        return is_time(clock, self.event.at, self.line.at)

    def commits_since(self, number: str, when: str) -> bool:
        branch = self.event.data.get("branch")
        pushes = [one for one in self.same if one.data.get("branch") == branch]
        commits = [one for one in self.before if one.kind == "commit" and one.data.get("branch") == branch]
        since = [one for one in commits if pushes and one.at > pushes[-1].at]
        return bool(pushes) and int(number) == len(since) and is_time(when, pushes[-1].at, self.line.at)

    def counted(self, number: str, _what: str) -> bool:
        return int(number) == self.count("count")

    def conflict(self, span: str) -> bool:
        begins = [one for one in self.before if one.kind == "conflict.begin"]
        return bool(begins) and is_span(span, self.event.at - begins[-1].at)

    def tag_after(self, name: str, span: str, before: str) -> bool:
        last = self.same[-1] if self.same else None
        return (
            last is not None
            and name == self.event.data.get("name")
            and before == last.data.get("name")
            and is_span(span, self.event.at - last.at)
        )

    def tag_at(self, name: str, clock: str) -> bool:
        return name == self.event.data.get("name") and is_time(clock, self.event.at, self.line.at)

    def first_in_days(self, days: str) -> bool:
        if not self.same:
            return False
        then, now = (
            datetime.fromtimestamp(ms / 1000, ZONE).date() for ms in (self.same[-1].at, self.line.at)
        )
        return now - then == timedelta(days=int(days))

    def problems(self) -> list[str]:
        """What the line claims and the rows do not say."""
        rest, found = self.line.news or "", []
        for pattern, check in CLAIMS:
            match = re.search(pattern, rest)
            if match is not None:
                rest = rest[: match.start()] + " " + rest[match.end() :]
                if not check(self, *match.groups()):
                    found.append(f"{match[0].strip()!r} is not what was recorded")
        if re.search(r"\d", rest):
            found.append(f"nothing accounts for {rest.strip()!r}")
        return [f"{self.line.news}: {problem}" for problem in found]


CLAIMS: Final[tuple[tuple[str, Callable[..., bool]], ...]] = (
    (rf"^(\S+) is tagged, {SPAN} after (\S+)$", Audit.tag_after),
    (r"^(\S+) is tagged at (\d\d:\d\d)$", Audit.tag_at),
    (r"^(\d+) passed", Audit.passed),
    (r", (\d+) skipped", Audit.skipped),
    (rf"green after {SPAN} and (\d+) runs", Audit.green_after_span),
    (r"(?:first green )?after (\d+) failed runs?", Audit.failed_runs),
    (rf"first green after {SPAN}", Audit.first_green_after),
    (rf"first green since {SINCE}", Audit.first_green_since),
    (r"(\d+) more than last time", Audit.more),
    (r"fastest in (\d+) days", Audit.fastest),
    (rf"\(usually {SPAN}\)", Audit.usual),
    (r"coverage ([\d.]+) %", Audit.coverage),
    (r", (accuracy|f1|auc|val loss|loss) ([\d.]+)( %)?", Audit.metric),
    (rf"First commit since the red, which lasted {SPAN}", Audit.red_lasted),
    (r"First (commit|merge) today", Audit.first_today),
    (rf"; the last was {WHEN}", Audit.last_was),
    (r"^(\d+)(?:st|nd|rd|th) commit today", Audit.nth_today),
    (rf"; the (\d+)(?:st|nd|rd|th) was {WHEN}", Audit.nth_before),
    (rf", (\d+) commits? since {SINCE}", Audit.commits_since),
    (r"^(?:Pushed|Committed) at (\d\d:\d\d)", Audit.pushed_at),
    (r"^(\d+) commits (rebased|pulled)", Audit.counted),
    (rf"^Conflict over after {SPAN}", Audit.conflict),
    (r"^First merge in (\d+) days", Audit.first_in_days),
    (rf"^(?:Review done|PR merged|CI green) after {SPAN}", Audit.took),
    (rf"(?: in|ok,|clean,|check,) {SPAN}", Audit.took),
)
"""In the order in which they are cut out of a line."""


def news_problems(rows: Rows) -> list[str]:
    """Every claim of every line of news that the rows do not say."""
    found = []
    for line in rows.shown:
        event = rows.event(line.event)
        if line.news is None or line.source == "reminder":
            continue
        if event is None:
            found.append(f"{line.news}: it is about no event")
            continue
        found += Audit(rows, line, event).problems()
    return found


def reminder_problems(rows: Rows, desk: Desk, templates: Mapping[str, str]) -> list[str]:
    """Every name and time of every reminder that the rows and the script do not say."""
    found = []
    for line in rows.shown:
        if line.source != "reminder":
            continue
        template = templates[line.entry or ""]
        named = _slots(template, line.response)
        if named is None:
            found.append(f"{line.response}: it is not {template}")
            continue
        known = _recorded(rows, desk, line)
        for slot, value in named.items():
            right = known[slot](value)
            if not right:
                found.append(f"{line.response}: {slot} is not {value}")
    return found


def _slots(template: str, text: str) -> dict[str, str] | None:
    parts = re.split(r"\{(\w+)\}", template)
    pattern = "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    match = re.fullmatch(pattern, text, re.IGNORECASE)
    return match.groupdict() if match is not None else None


def _recorded(rows: Rows, desk: Desk, line: Shown) -> dict[str, Callable[[str], Any]]:
    """For each slot whether a value is what was recorded before this line."""
    here = [one for one in rows.events if one.workspace == line.workspace and one.at < line.at]
    did = [one for one in desk.did if one.at < line.at and one.window in ("main", "second")]
    words = [one.text.split() for one in did]
    branches = [word[1] for word in words if word[0] == "switch"] or ["main"]
    edits = [word[1].rpartition("/")[2] for word in words if word[0] == "edit"]
    written = [" ".join(word[1:]) for word in words if word[0] == "note"]
    jobs = [one for one in here if one.job is not None and one.kind == "job.finished"]
    reds = [one for one in jobs if one.status == "fail"]
    own = [one for one in here if one.session != line.session]
    last = max((one.at for one in own if one.kind not in ("session.open", "idle")), default=0)
    left = [one.at - int(one.data["idleMs"]) for one in own if one.kind == "idle"][-3:]
    failing = [name.rpartition("::")[2] for name in reds[-1].data.get("failing", ())] if reds else []
    streak: list[Happened] = []
    for one in reversed(jobs):
        if reds and one.label == reds[-1].label:
            if one.status == "ok" and streak:
                break
            streak += [one] if one.status == "fail" else []
    day = (datetime.fromtimestamp(ms / 1000, ZONE).date() for ms in (line.at, last))
    days = (next(day) - next(day)).days
    slack = 10 * 60_000
    """A session ends with its last activity, which may be typing that is no event."""
    near = [*left, *range(last, min(last + slack, line.at), 30_000)]
    return {
        "branch": lambda value: value == branches[-1],
        "file": lambda value: bool(edits) and value == edits[-1],
        "note": lambda value: bool(written) and value == written[-1],
        "test": lambda value: value in failing,
        "failing": lambda value: int(value) == len(failing),
        "runs": lambda value: int(value) == len(streak),
        "red_for": lambda value: bool(streak) and is_span(value, streak[0].at - streak[-1].at),
        "red_when": lambda value: bool(reds) and is_time(value, reds[-1].at, line.at),
        "bug_type": lambda value: (
            bool(reds) and value.casefold().endswith(("run", "check", "linter", "build"))
        ),
        "when": lambda value: any(is_time(value, at, line.at) for at in near),
        # From three hours on an age is told in whole hours.
        "age": lambda value: any(is_span(value, age) for at in near for age in _ages(line.at - at)),
        "days": lambda value: int(value) == days,
        "recent_activity": lambda value: bool(jobs) and value == jobs[-1].label,
        "last_task": lambda value: value in [one.label for one in jobs if one.job == "task"][-1:],
        "project_name": lambda value: value == line.workspace.rpartition("/")[2],
    }
