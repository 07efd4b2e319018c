"""The idle twin as ``afterglow doctor`` sees it: off in one line, or what it needs, costs, does and keeps.

Invariant: it is described where somebody looks and offered nowhere; the key is never read out, and nothing
is sent. The one program it starts is the Python that asks the model, to see whether that has the library;
the one file it may make is the salt beside the key.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from afterglow.cli import No, output, places
from afterglow.cli.doctor_finding import OFF, Finding, Here
from afterglow.cli.ledger import ENDS, against
from afterglow.core import words
from afterglow.core.prices import MILLION, Price, price_of
from afterglow.core.settings import Settings
from afterglow.loop import worker_child
from afterglow.loop.clock import zone_named
from afterglow.store import activity_twin, jobs, ledger, pauses, spend_clock
from afterglow.store.home import Home
from afterglow.store.ledger import Spent

LIBRARIES: Final = ("anthropic", "detect_secrets")
"""What the extra ``llm`` brings, by the names that are imported."""
PROBE_S: Final = 10
FILES: Final = ("domain-content", "llm-enrichment", "llm-predictions")
NO_CONSENT: Final = "off, and nothing is sent; the setting enrichment.enabled is the consent"
INSTALL: Final = (
    'pipx install --force "afterglow-lsp[llm]"; with uv tool install and pip install the name is the same'
)
INJECT: Final = 'PYTHON -m pip install "anthropic>=2.11,<3" "detect-secrets>=1.5,<2"'
KEY: Final = (
    "set ANTHROPIC_API_KEY, or write the key alone into the file api-key in the data folder (chmod 600)"
)
_PROBE: Final = (
    "import sys; from importlib.util import find_spec;"
    f" sys.exit(0 if sys.version_info >= (3, 11) and all(map(find_spec, {LIBRARIES!r})) else 9)"
)


def twin(here: Here, environ: Mapping[str, str]) -> list[Finding]:
    """One quiet row while it is off; else what it is, what it costs, what it has to do, what it keeps."""
    settings = here.settings
    if not settings.enrichment_enabled:
        return [_off(settings)]
    if here.mode == "off":
        return [Finding("idle twin", OFF, on=False)]
    from afterglow.enrich.key import endpoint_of  # noqa: PLC0415 - only who switched it on needs that room
    from afterglow.enrich.request import DEFAULT_MODEL  # noqa: PLC0415 - as above

    home, model = places.home(), settings.enrichment_model or DEFAULT_MODEL
    found = endpoint_of(settings, environ, home)
    host, key_print, reason = (
        ("", "", found) if isinstance(found, str) else (found.host, found.key_print, None)
    )
    return [
        _itself(settings, host, reason, model),
        _cost(settings, home, host, model),
        _work(here, key_print),
        _files(home, settings.user_id),
    ]


def _off(settings: Settings) -> Finding:
    """A window may have the consent from its editor, which no command can see; its calls are on record."""
    calls = _spent(settings).calls
    if not calls:
        return Finding("idle twin", NO_CONSENT, on=False)
    sees = f"off here, but {words.counted(calls, 'call')} today by an editor's own settings"
    return Finding("idle twin", f"{sees} (afterglow status --ledger)", on=False)


def _itself(settings: Settings, host: str, reason: str | None, model: str) -> Finding:
    """``reason``: why nothing can be asked there; None where something can."""
    if settings.trust == "restricted":
        return Finding("idle twin", "off: restricted trust starts nothing (setting trust)", on=False)
    sent = (
        "kinds, counts, tags and scrubbed text"
        if settings.enrichment_share_text
        else "kinds, counts and tags"
    )
    sees = f"on: {sent} for {model}" + (f" at {host}" if host else "")
    sees += ", while you are away; afterglow enrich preview shows them"
    lacks = _lacking(settings.enrichment_interpreter)
    if lacks is None and reason is not None:
        lacks = ("no key was found", KEY) if reason == "no key" else (reason, None)
    problem, mend = lacks if lacks is not None else (None, None)
    return Finding("idle twin", sees, problem, mend=mend, names=tuple(filter(None, (model, host))))


def _lacking(interpreter: str | None) -> tuple[str, str | None] | None:
    """What is wrong with the Python that would ask, and the mend; None where it has what is needed."""
    if interpreter is None:
        if all(map(_here, LIBRARIES)):
            return None
        return f"the extra llm is not in {sys.executable}, and enrichment.interpreter names no other", INSTALL
    unusable = worker_child.unusable(interpreter)
    if unusable is not None:
        return unusable, None
    try:
        code = subprocess.run(
            [interpreter, "-I", "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_S,
            check=False,
            cwd=Path(interpreter).parent,
        ).returncode
    except (OSError, ValueError, subprocess.SubprocessError):
        return f"enrichment.interpreter: {interpreter} cannot be run; name a Python 3.11 or later", None
    if code == 0:
        return None
    return f"enrichment.interpreter: {interpreter} is older than 3.11, or has not the extra llm", INJECT


def _here(library: str) -> bool:
    try:
        return find_spec(library) is not None
    except (ImportError, ValueError):
        return False


def _spent(settings: Settings) -> Spent:
    at, zone = spend_clock.instant(), zone_named(settings.time_zone)[0]
    try:
        with places.database() as opened:
            return opened.read(lambda connection: ledger.spent(connection, at, zone))
    except No:
        return Spent()


def _cost(settings: Settings, home: Home, host: str, model: str) -> Finding:
    from afterglow.banks.prices import read_prices  # noqa: PLC0415 - only who switched it on needs it

    table, problems = read_prices(home)
    price = price_of(table, model, host)
    caps, spent = ledger.caps_of(settings), _spent(settings)
    sees = f"today {against(spent, caps)}; {_priced(price)}"
    costly = next((str(problem) for problem in problems if problem.costs), None)
    if costly is None and 0 in (caps.calls, caps.tokens, caps.micros):
        return Finding("its cost", f"{sees}; a limit of 0 allows no call", on=False)
    return Finding("its cost", sees, costly)


def _priced(price: Price) -> str:
    if not (price.input or price.output):
        return "it costs nothing, on this machine"
    told = f"a million tokens cost {_rate(price.input)} in and {_rate(price.output)} out"
    return told if price.source else f"no price is known, so the dearest counts: {told}"


def _rate(micros: int) -> str:
    return f"${micros / MILLION:.2f}" if micros % 10_000 == 0 else f"${micros / MILLION:g}"


def _work(here: Here, key_print: str) -> Finding:
    """What waits, why it is left alone where it is, and what was given up."""
    now, user = here.clock.now, here.settings.user_id
    try:
        with places.database() as opened:
            pause = opened.read(lambda connection: pauses.standing(connection, key_print, now))
            counts = opened.read(jobs.counts)
            dead = opened.read(lambda connection: jobs.dead(connection, 1))
            did = opened.read(lambda connection: activity_twin.twin(connection, user, (now, now + 1)))
    except No:
        return Finding("its work", "not known, because the database is not usable", on=False)
    open_jobs = counts["pending"] + counts["processing"]
    parts = ["nothing waits"]
    if did.waiting or open_jobs:
        parts = [f"{words.counted(did.waiting, 'turn')} and {words.counted(open_jobs, 'job')} to go"]
    if dead:
        reason = output.plain(dead[0].reason or "no reason was kept", 60)
        parts.append(f"{words.counted(counts['failed'], 'job')} given up, the newest: {reason}")
    if pause is not None and pause.until is not None:
        ended = ENDS.get(pause.reason, pause.reason)
        parts.append(f"left alone until {output.local(pause.until)}, after a call that ended so: {ended}")
    refused = "the key was refused" if pause is not None and pause.until is None else None
    return Finding("its work", "; ".join(parts), refused, on=pause is None, mend=refused and KEY)


def _files(home: Home, user_id: str) -> Finding:
    from afterglow.banks.learned import read_learned  # noqa: PLC0415 - only who switched it on needs it

    present = [path for path in _kept(home.custom) if path.is_file()]
    if not present:
        return Finding("its files", f"none yet; they will lie in {home.custom}", on=False)
    size = sum(path.stat().st_size for path in present)
    entries, problems = read_learned(home.custom, user_id)
    costly = [str(problem) for problem in problems if problem.costs]
    lines = words.counted(len(tuple(entries)), "line")
    sees = f"{lines} to choose from; {words.counted(len(present), 'file')}, {max(1, size // 1024)} kB, in"
    return Finding("its files", f"{sees} {home.custom}", costly[0] if costly else None)


def _kept(folder: Path) -> Iterable[Path]:
    return (folder / f"{name}{part}.jsonl" for name in FILES for part in ("", ".1"))
