"""Text made fit to be shown to a stranger: what Afterglow says by itself stays, all else goes.

Invariant: a word is kept only where Afterglow's own sentences hold it, or where it is a short number or a
place that is named by what it is. Nothing is guessed to be harmless, so that no secret has to be recognised.
"""

from __future__ import annotations

import builtins
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import afterglow

GONE: Final = "…"
SPEAKING: Final = (
    *("core/gates.py", "core/step.py", "core/asked.py", "core/news.py", "core/job_news.py"),
    *("core/budget.py", "core/reminder.py", "core/words.py", "core/local_time.py", "core/kinds.py"),
    *("core/settings.py", "core/setting_kinds.py", "core/setting_table.py", "core/model.py"),
    *("loop/*.py", "store/*.py", "sensors/*.py", "lsp/*.py"),
    *("cli/doctor*.py", "cli/places.py", "cli/bundling.py"),
)
"""Modules whose texts are about Afterglow, not about what people call their work."""
_DOCSTRING: Final = re.compile(r'"""[\s\S]*?"""')
_LITERAL: Final = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_INNER: Final = re.compile(r"'([^'\\\n]*)'")
"""A literal in a field of another, and one that holds double quotes."""
_FIELD: Final = re.compile(r"\{[^{}]*\}")
_DEFINED: Final = re.compile(r"(?m)^\s*(?:async )?(?:def|class) (\w+)")
_NUMBER: Final = re.compile(r"\d{1,6}(?:[.,]\d{1,3})?|\d\d?:\d\d(?::\d\d)?|\d{4}-\d\d-\d\d")
_AROUND: Final = ".,;:!?()[]'\"`"
_MOST_MARKS: Final = 3
_LONGEST: Final = 4_000


class Redactor:
    """``places``: texts that are paths, and what stands for them, such as ``<workspace>``."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = sorted(
            ((path, name) for path, name in places.items() if len(path) > 1),
            key=lambda pair: -len(pair[0]),
        )
        self._names = frozenset(name for _, name in self._places)
        self._words, self._defined = _vocabulary()

    def text(self, text: object) -> str:
        """One line of it: of what is not Afterglow's own a ``…`` is left."""
        said = str(text)[:_LONGEST]
        for path, name in self._places:
            said = said.replace(path, name)
        kept: list[str] = []
        number = False
        for token in said.split():
            word = self._kept(token)
            is_number = _NUMBER.fullmatch(token.strip(_AROUND)) is not None
            if is_number and number:
                # Numbers in a row may be one long number of somebody's.
                word = GONE
                kept[-1:] = [GONE]
            number = is_number
            if word != GONE or kept[-1:] != [GONE]:
                kept.append(word)
        return " ".join(kept)

    def reason(self, text: object) -> str:
        """The same, without what stands in brackets: names of jobs do."""
        return self.text(re.sub(r"\([^()]*\)", f"({GONE})", str(text)[:_LONGEST]))

    def _kept(self, token: str) -> str:
        word = token.strip(_AROUND)
        before, _, after = token.partition(word) if word else (token, "", "")
        if len(before) > _MOST_MARKS or len(after) > _MOST_MARKS:
            return GONE
        if not word:
            return token
        place = word.partition("/")[0]
        if word.lower() in self._words or word in self._names or _NUMBER.fullmatch(word):
            made = word
        elif place in self._names:
            made = f"{place}/{GONE}"
        elif self._is_defined(word):
            made = word
        else:
            return GONE
        return before + made + after

    def _is_defined(self, word: str) -> bool:
        """Whether it names an error or something in this program, as log lines do."""
        return all(part in self._defined for part in word.replace("<locals>", "locals").split("."))


def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """The words of our sentences, in small letters; the names of what our modules define, and of errors."""
    words: set[str] = set()
    defined = {"locals", *_errors((builtins, sqlite3))}
    for text in _sources():
        defined.update(_DEFINED.findall(text))
        code = _DOCSTRING.sub("", text)
        for literal in (*_LITERAL.findall(code), *_INNER.findall(code)):
            plain = _FIELD.sub(" ", literal)
            words.update(word.strip(_AROUND).lower() for word in plain.split())
    # An empty one would make every mark a word.
    return frozenset(words - {""}), frozenset(defined)


def _sources() -> Iterator[str]:
    """The speaking modules; none where only compiled files are there, and then nothing is kept."""
    base = Path(afterglow.__file__).parent
    for pattern in SPEAKING:
        for path in sorted(base.glob(pattern)):
            with suppress(OSError, UnicodeError):
                yield path.read_text("utf-8")


def _errors(modules: Iterable[object]) -> Iterator[str]:
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, BaseException):
                yield name
