"""How a test's definition looks in each language, as a table, and how it is found among a file's lines.

Invariant: pure. Names from reports are compared as text and never become part of a pattern, and every
pattern's repetition is bounded, so that no name and no line of a file can make the search slow or wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

_TITLE: Final = r"(?P<quote>['\"`])(?P<title>(?:\\.|(?!(?P=quote))[^\\]){1,400})(?P=quote)"
_NAME: Final = r"(?P<name>[^\W\d]\w{0,200})"
_SCAN_CHARS: Final = 600
"""How much of a line is looked at: a definition stands near its start."""
_ATTRIBUTE_LINES: Final = 12
_LEAST_LITERAL: Final = 3
_UNESCAPED: Final = re.compile(r"\\(.)")
_SEPARATORS: Final = (" ", "\u203a", ">", "/", ":", ".", "-", ",")
_TAIL: Final = re.compile(r"\(\d*\)$")


@frozen
class Look:
    """One language. ``opens`` finds a definition in a line, by a ``name`` or a quoted ``title``.

    ``around``: what encloses definitions and tells those of one name apart. ``above``: what must stand
    within a few lines above one. ``gaps``: the parts of a title that each run fills in anew.
    """

    suffixes: tuple[str, ...]
    opens: re.Pattern[str]
    around: re.Pattern[str] | None = None
    above: re.Pattern[str] | None = None
    gaps: re.Pattern[str] | None = None
    comments: tuple[str, ...] = ("//", "/*", "*")


@frozen
class _Found:
    line: int
    rank: tuple[int, int]
    """How well it fits: verbatim before filled in, a longer title before a shorter one."""


_CALLED: Final = r"(?:\.\w{1,20}(?:\([^'\"`]{0,200}?\))?){0,4}[ \t]*\([ \t]*"
_CLASS: Final = re.compile(rf"^[ \t]*(?:[\w@<>]+[ \t]+){{0,4}}(?:class|object|trait|struct)[ \t]+{_NAME}")

LOOKS: Final = (
    Look(
        (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte"),
        # The second and third begin the title of `test.each([ ... ])(` over several lines.
        re.compile(
            rf"(?:(?<![\w$.])(?:[xf]?it|[xf]?test|specify|bench|Deno\.test){_CALLED}"
            rf"|^[ \t]*\][ \t]*\)[ \t]*\([ \t]*|^[ \t]*`[ \t]*\)?[ \t]*\([ \t]*){_TITLE}"
        ),
        around=re.compile(rf"(?<![\w$.])(?:[xf]?describe|context|suite|test\.describe){_CALLED}{_TITLE}"),
        gaps=re.compile(r"\$\{[^}]{0,80}\}|%[sdifjop#%$]|\$[\w.#]{1,40}"),
    ),
    Look((".go",), re.compile(rf"^func[ \t]+{_NAME}[ \t]*\(")),
    Look(
        (".rs",),
        re.compile(rf"^[ \t]*(?:pub(?:\([^)]{{0,40}}\))?[ \t]+)?(?:async[ \t]+)?fn[ \t]+{_NAME}[ \t]*[(<]"),
        around=re.compile(rf"^[ \t]*(?:pub(?:\([^)]{{0,40}}\))?[ \t]+)?mod[ \t]+{_NAME}"),
        above=re.compile(r"^[ \t]*#\[[\w:]{0,60}(?:test|case)"),
    ),
    Look(
        (".java",),
        re.compile(
            rf"^[ \t]*(?:[\w@<>]+[ \t]+){{0,5}}void[ \t]+{_NAME}[ \t]*\(|@DisplayName[ \t]*\([ \t]*{_TITLE}"
        ),
        around=_CLASS,
    ),
    Look(
        (".kt", ".kts"),
        re.compile(
            rf"\bfun[ \t]+(?:<[^>]{{0,80}}>[ \t]*)?(?:{_NAME}|(?P<quote>`)(?P<title>[^`]{{1,300}})`)[ \t]*\("
        ),
        around=_CLASS,
    ),
    Look(
        (".groovy",),
        re.compile(rf"\b(?:def|void)[ \t]+(?:{_NAME}|{_TITLE})[ \t]*\("),
        around=_CLASS,
        gaps=re.compile(r"#\w[\w.]{0,40}"),
    ),
    Look(
        (".rb",),
        re.compile(
            r"^[ \t]*(?:[xf]?it|[xf]?specify|[xf]?example|[xf]?scenario|test)[ \t]*\(?[ \t]*"
            rf"{_TITLE}|^[ \t]*def[ \t]+{_NAME}"
        ),
        around=re.compile(
            rf"^[ \t]*(?:(?:RSpec\.)?(?:[xf]?describe|[xf]?context|feature)[ \t]*\(?[ \t]*"
            rf"(?:{_TITLE}|{_NAME})|class[ \t]+(?P<class>\w{{1,200}}))"
        ),
        gaps=re.compile(r"#\{[^}]{0,80}\}"),
        comments=("#",),
    ),
    Look(
        (".php",),
        re.compile(
            rf"\bfunction[ \t]+&?{_NAME}[ \t]*\(|^[ \t]*(?:it|test)[ \t]*\([ \t]*{_TITLE}",
        ),
        around=_CLASS,
        comments=("//", "/*", "*", "#"),
    ),
    Look(
        (".cc", ".cpp", ".cxx", ".c", ".h", ".hh", ".hpp", ".cu"),
        re.compile(
            rf"^[ \t]*(?:(?:TYPED_)?TEST(?:_[FP])?[ \t]*\([ \t]*(?P<suite>\w{{1,200}})[ \t]*,[ \t]*{_NAME}"
            rf"|BOOST_(?:AUTO|FIXTURE|DATA)_TEST_CASE[ \t]*\([ \t]*(?P<other>\w{{1,200}})"
            r"|(?:TEMPLATE_)?(?:TEST_CASE|SCENARIO)(?:_METHOD)?[ \t]*\([ \t]*(?:\w{1,80}[ \t]*,[ \t]*)?"
            rf"{_TITLE})"
        ),
    ),
    Look(
        (".cs", ".fs", ".vb"),
        re.compile(rf"\b(?:void|Task|ValueTask)(?:<[^>]{{0,80}}>)?[ \t]+{_NAME}[ \t]*(?:<[^>]{{0,80}}>)?\("),
        around=_CLASS,
    ),
)
_BY_SUFFIX: Final = {suffix: look for look in LOOKS for suffix in look.suffixes}


def look_of(file: str) -> Look | None:
    """How definitions look in a file of this name, None for a language that the table does not know."""
    dot = file.rfind(".")
    return _BY_SUFFIX.get(file[dot:].lower()) if dot > 0 else None


def find(lines: Sequence[str], look: Look, classname: str, name: str, near: int | None = None) -> int | None:
    """The line (from 0) where the test ``name`` of ``classname`` is defined.

    Of several it is the one nearest to ``near``, else the one that stands inside what the report names;
    None where there is none, or where nothing tells them apart.
    """
    found = [
        _Found(number, rank)
        for number, match in _matches(lines, look, look.opens)
        if (rank := _fits(match, look, classname, name)) is not None and _has_above(lines, look, number)
    ]
    if not found:
        return None
    best = max(item.rank for item in found)
    alike = [item.line for item in found if item.rank == best]
    if near is not None:
        return min(alike, key=lambda line: abs(line - near))
    return alike[0] if len(alike) == 1 else _inside(lines, look, alike, f"{classname} {name}")


def identifiers(name: str) -> tuple[str, ...]:
    """What a function may be called whose run is reported as ``name``: without parameters and cases."""
    plain = name
    for sign in ("[", "(", "{", " ", "/", "<"):
        plain = plain.partition(sign)[0]
    *_, last = plain.split("::")
    # A case of a test: rstest reports `adds::case_1`.
    outer = plain.split("::")[-2:-1] if last.startswith("case_") else []
    return tuple(part for part in (name, last.rpartition(".")[2], *outer) if part)


def _matches(
    lines: Sequence[str], look: Look, pattern: re.Pattern[str]
) -> Iterator[tuple[int, re.Match[str]]]:
    for number, line in enumerate(lines):
        text = line[:_SCAN_CHARS]
        start = text.lstrip()
        if not start or start.startswith(look.comments):
            continue
        if text.rstrip().endswith("(") and number + 1 < len(lines):
            # The title may stand on a line of its own.
            text = text.rstrip() + lines[number + 1][:_SCAN_CHARS].strip()
        match = pattern.search(text)
        if match is not None:
            yield number, match


def _fits(match: re.Match[str], look: Look, classname: str, name: str) -> tuple[int, int] | None:
    """How well a definition is the test ``name``; None if it is another one."""
    groups = match.groupdict()
    suite = groups.get("suite")
    if suite is not None and suite not in classname.split("/") + classname.split("."):
        return None
    plain = groups.get("name") or groups.get("other")
    if plain is not None:
        return (2, len(plain)) if plain in identifiers(name) else None
    title = _UNESCAPED.sub(r"\1", groups.get("title") or "")
    if _is_titled(name, title):
        return 2, len(title)
    if look.gaps is not None and look.gaps.search(title) is not None:
        pieces = look.gaps.split(title)
        literal = sum(len(piece.strip()) for piece in pieces)
        if literal >= _LEAST_LITERAL and _fills(name, pieces):
            return 1, literal
    return None


def _is_titled(name: str, title: str) -> bool:
    """Whether a report's ``name`` is this title, alone or after the titles around it."""
    if not title.strip():
        return False
    # Runners put blanks together, and number those of one name.
    said, title = " ".join(_TAIL.sub("", name).split()), " ".join(title.split())
    for heard in (said, said.partition(" with data set ")[0], said.partition(" with (")[0]):
        if heard == title or heard in (f"it {title}", f"test {title}", f"test_{title.replace(' ', '_')}"):
            return True
        if heard.endswith(title) and heard[: -len(title)].endswith(_SEPARATORS):
            return True
    return False


def _fills(name: str, pieces: Sequence[str]) -> bool:
    """Whether ``name`` ends in these pieces, in order, with anything between them."""
    *before, last = pieces
    if not name.endswith(last):
        return False
    at, end = 0, len(name) - len(last)
    for number, piece in enumerate(before):
        start = name.find(piece, at, end)
        if start < 0:
            return False
        if number == 0 and piece and start > 0 and not name[:start].endswith(_SEPARATORS):
            return False
        at = start + len(piece)
    return True


def _has_above(lines: Sequence[str], look: Look, number: int) -> bool:
    if look.above is None:
        return True
    for line in reversed(lines[max(0, number - _ATTRIBUTE_LINES) : number]):
        if look.above.match(line):
            return True
        # Another item ends here: what stands above it is not ours.
        if line.rstrip().endswith(("}", ";")) and not line.lstrip().startswith(("//", "#")):
            return False
    return False


def _inside(lines: Sequence[str], look: Look, alike: Sequence[int], said: str) -> int | None:
    """The one of ``alike`` whose surroundings the report names most fully, if it is one alone."""
    if look.around is None:
        return None
    openings = [
        (
            number,
            _indent(lines[number]),
            next((g for n, g in match.groupdict().items() if g and n != "quote"), ""),
        )
        for number, match in _matches(lines, look, look.around)
    ]
    named: dict[int, int] = {}
    for line in alike:
        depth, total = _indent(lines[line]), 0
        for number, indent, title in reversed(openings):
            if number < line and indent < depth:
                depth = indent
                if title not in said:
                    total = -1
                    break
                total += len(title)
        named[line] = total
    best = max(named.values())
    winners = [line for line, total in named.items() if total == best]
    return winners[0] if len(winners) == 1 and best >= 0 else None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
