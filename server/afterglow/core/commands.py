"""A command line recognised: program, kind of job, hazard. The line itself goes no further.

Invariant: ``recognise`` never raises, and nothing of its answer but a program's name and the name of
a target or script comes from the line, cleaned and short.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

from afterglow.core import shell
from afterglow.core.clean import one_line
from afterglow.core.hazards import CREDENTIAL, DESTRUCTIVE, SILENCE_MS, hazard_of
from afterglow.core.jobs import Job, job_of
from afterglow.core.programs import Program, names, unwrap
from afterglow.core.secret_files import is_secret_file

__all__ = ["CREDENTIAL", "DESTRUCTIVE", "SILENCE_MS", "Command", "is_secret_file", "recognise"]

_MAX_DEPTH: Final = 4
_MAX_PARTS: Final = 200
_NAME_COLUMNS: Final = 40
# Commands that prepare or decorate; they neither fail in practice nor are what was waited for.
_QUIET: Final = names(
    "cd pushd popd export set unset source . : true echo printf clear date sleep alias nvm pyenv asdf"
)


@frozen
class Command:
    """``program``: the base name of the most telling part, "" for an empty line.

    ``job``: one of ``kinds.JOBS``, None where it is no job; ``label`` tells runs of one job apart.
    ``hazard``: ``destructive``, ``credential`` or None, if any part of the line is one.
    ``ok_proves``, ``fail_proves``: whether the exit code of the whole line, 0 or not 0, says so about
    the job: ``pytest | tee log`` ends with 0 whatever the tests did.
    """

    program: str
    job: str | None = None
    label: str | None = None
    hazard: str | None = None
    ok_proves: bool = True
    fail_proves: bool = True


@frozen
class _Seen:
    """One simple command: what runs and as what. ``name``: of the program, cleaned."""

    link: str
    name: str
    job: Job | None
    hazards: frozenset[str]
    sure: bool = True


def recognise(line: str) -> Command:
    """What a typed or reported command line starts."""
    seen, sure, hazards = _look(line, 0)
    if not seen:
        return Command("", hazard=_worst(hazards))
    index = _most_telling(seen)
    chosen = seen[index]
    if chosen.job is None:
        return Command(chosen.name, hazard=_worst(hazards))
    job = chosen.job
    return Command(
        chosen.name,
        job.kind,
        one_line(job.label, _NAME_COLUMNS),
        _worst(hazards),
        ok_proves=sure and chosen.sure and job.strict and _ok_proves(seen, index),
        fail_proves=sure and chosen.sure and _fail_proves(seen, index),
    )


def _look(text: str, depth: int) -> tuple[list[_Seen], bool, set[str]]:
    """The commands of ``text``, whether their exit code can be trusted, and the hazards in it."""
    line = shell.split(text)
    hazards: set[str] = set()
    if depth < _MAX_DEPTH:
        for nested in line.nested:
            hazards |= _look(nested, depth + 1)[2]
    seen: list[_Seen] = []
    feeds = ""
    for part in line.parts[:_MAX_PARTS]:
        feeds = f"{feeds}\n{part.stdin}" if part.link == "|" else part.stdin
        for one in _part(part, feeds, depth):
            seen.append(one)
            hazards |= one.hazards
        feeds = "\n;".join((feeds, *part.words[1:]))
    return seen, line.sure and len(line.parts) <= _MAX_PARTS, hazards


def _part(part: shell.Part, feeds: str, depth: int) -> list[_Seen]:
    program, inner = unwrap(part.words)
    if inner is not None and depth < _MAX_DEPTH:
        seen, sure, hazards = _look(inner, depth + 1)
        if not seen:
            return [_Seen(part.link, "", None, frozenset(hazards))]
        first, rest = seen[0], seen[1:]
        head = _Seen(part.link, first.name, first.job, first.hazards | frozenset(hazards), sure)
        return [head, *(_Seen(one.link, one.name, one.job, one.hazards, sure) for one in rest)]
    if program is None:
        return []
    hazards = {found for found in (hazard_of(each, feeds) for each in _aliases(program)) if found}
    if program.name in ("sh", "bash", "zsh") and feeds.strip() and not program.plain and depth < _MAX_DEPTH:
        hazards |= _look(feeds, depth + 1)[2]
    return [_Seen(part.link, one_line(program.name, _NAME_COLUMNS), job_of(program), frozenset(hazards))]


def _aliases(program: Program) -> tuple[Program, ...]:
    """The program, and the script that an interpreter runs: ``python manage.py``, ``php artisan``."""
    plain = program.plain
    if plain and plain[0].rpartition("/")[2] in ("manage.py", "artisan"):
        rest = program.arguments[program.arguments.index(plain[0]) + 1 :]
        return (program, Program(plain[0].rpartition("/")[2], rest))
    return (program,)


def _worst(hazards: set[str]) -> str | None:
    return next((kind for kind in (DESTRUCTIVE, CREDENTIAL) if kind in hazards), None)


def _most_telling(seen: list[_Seen]) -> int:
    """The last job; without one the last command that does not merely prepare."""
    indices = range(len(seen) - 1, -1, -1)
    job = next((index for index in indices if seen[index].job is not None), None)
    if job is not None:
        return job
    # In a pipe the first command is what was run, the rest shows it.
    last = next((index for index in indices if seen[index].name not in _QUIET), len(seen) - 1)
    while last > 0 and seen[last].link == "|" and seen[last - 1].name not in _QUIET:
        last -= 1
    return last


def _ok_proves(seen: list[_Seen], index: int) -> bool:
    return all(one.link == "&&" for one in seen[index + 1 :]) and "||" not in {
        one.link for one in seen[: index + 1]
    }


def _fail_proves(seen: list[_Seen], index: int) -> bool:
    if any(one.link != "&&" or one.name not in _QUIET for one in seen[index + 1 :]):
        return False
    for place in range(index, 0, -1):
        link, before = seen[place].link, seen[place - 1]
        if link in (";", "|"):
            return True
        if link != "&&" or before.name not in _QUIET:
            return False
    return True
