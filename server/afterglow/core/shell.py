"""A command line taken apart: which simple commands it starts, and how they hang together.

Invariant: reading only, never expanding; any text gives an answer. It is a reader's view of POSIX
shells and near enough for fish and PowerShell; where it cannot be sure it says so (``sure``).
"""

from __future__ import annotations

import re
from typing import Final

from attrs import evolve, frozen

MAX_LINE: Final = 20_000
_KEYWORDS: Final = frozenset(
    {"if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "select"}
    | {"function", "{", "}", "!", "[[", "]]"}
)
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\[[^]]*\])?\+?=")
_HEREDOC: Final = re.compile(r"<<(-?)(?!<)[ \t]*(['\"]?)([A-Za-z_][A-Za-z0-9_]*)\2")
_AFTER_BACKSLASH: Final = frozenset(" \t'\"$`\\;&|<>()#*?!{}[]~")


@frozen
class Part:
    """One simple command. ``link``: what stands before it: ``;`` ``&&`` ``||`` ``|``, "" for the first.

    ``words``: program and arguments, quotes removed, leading assignments and redirections left out.
    ``stdin``: the text of its here-document or here-string.
    """

    words: tuple[str, ...]
    link: str = ""
    stdin: str = ""


@frozen
class Line:
    """``nested``: texts of command substitutions, each a line of its own. ``sure``: nothing in it
    (loop, condition, negation, background job) hides whose exit code the shell reports."""

    parts: tuple[Part, ...]
    nested: tuple[str, ...] = ()
    sure: bool = True


class _Reader:
    """One pass over a line; mutable while it reads, thrown away after."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.word: list[str] | None = None
        self.words: list[str] = []
        self.parts: list[Part] = []
        self.nested: list[str] = []
        self.link = ""
        self.sure = True
        self.redirect = ""
        self.stdin = ""
        self.heredocs: list[str] = []

    def read(self) -> Line:
        while self.at < len(self.text):
            self._step(self.text[self.at])
        self._end_part("")
        return Line(tuple(self.parts), tuple(self.nested), self.sure)

    def _step(self, char: str) -> None:
        if char in " \t\r":
            self._end_word()
        elif char == "'":
            self._single()
        elif char == '"':
            self._double()
        elif char == "\\":
            self._backslash()
        elif char == "`" or self.text.startswith("$(", self.at):
            self._substitution()
            return
        elif char == "#" and self.word is None:
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            return
        elif char in "<>" or self.text.startswith("&>", self.at):
            self._redirection()
            return
        elif char in "\n;&|()":
            self._operator(char)
            return
        else:
            self._add(char)
        self.at += 1

    def _add(self, text: str) -> None:
        if self.word is None:
            self.word = []
        self.word.append(text)

    def _single(self) -> None:
        end = self.text.find("'", self.at + 1)
        end = len(self.text) if end < 0 else end
        self._add(self.text[self.at + 1 : end])
        self.at = end

    def _double(self) -> None:
        self._add("")
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            char = self.text[self.at]
            if char == "`" or self.text.startswith("$(", self.at):
                self._substitution()
                continue
            if char == "\\" and self.text[self.at + 1 : self.at + 2] in ('"', "\\", "$", "`"):
                self.at += 1
                char = self.text[self.at]
            self._add(char)
            self.at += 1

    def _backslash(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if following == "\n":
            self.at += 1
        elif following in _AFTER_BACKSLASH or (self.word is None and following.isalpha()):
            # A leading one only switches an alias off; elsewhere a letter after it is a Windows path.
            self.at += 1
            self._add(following)
        else:
            self._add("\\")

    def _substitution(self) -> None:
        if self.text[self.at] == "`":
            end = self.text.find("`", self.at + 1)
            start = self.at + 1
        else:
            start = self.at + 2
            end = _closing(self.text, start)
        end = len(self.text) if end < 0 else end
        self.nested.append(self.text[start:end])
        self._add("$()")
        self.at = end + 1

    def _redirection(self) -> None:
        if self.text[self.at : self.at + 2] in ("<(", ">("):
            end = _closing(self.text, self.at + 2)
            end = len(self.text) if end < 0 else end
            self.nested.append(self.text[self.at + 2 : end])
            self._add("/dev/fd")
            self.at = end + 1
            return
        if self.word is not None and "".join(self.word).isdigit():
            self.word = None
        self._end_word()
        heredoc = _HEREDOC.match(self.text, self.at)
        if heredoc is not None:
            self.heredocs.append(heredoc[3])
            self.at = heredoc.end()
            return
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in "<>&|":
            self.at += 1
        self.redirect = self.text[start : self.at]

    def _operator(self, char: str) -> None:
        pair = self.text[self.at : self.at + 2]
        token = pair if pair in ("&&", "||", "|&", ";;") else char
        self.at += len(token)
        if token == "\n" and self.heredocs:
            self._end_word()
            self._documents()
        if token == "&":
            self.sure = False
        link = {"|&": "|", "&&": "&&", "||": "||", "|": "|"}.get(token, ";")
        # A bracket or a line break after an operator leaves that operator in force.
        self._end_part(link, keep=token in "()\n")

    def _documents(self) -> None:
        for name in self.heredocs:
            end = re.compile(rf"^[ \t]*{re.escape(name)}[ \t]*$", re.MULTILINE).search(self.text, self.at)
            stop = end.start() if end else len(self.text)
            self.stdin += self.text[self.at : stop]
            self.at = min(len(self.text), end.end() + 1 if end else stop)
        self.heredocs = []

    def _end_word(self) -> None:
        if self.word is None:
            return
        word, self.word = "".join(self.word), None
        if self.redirect:
            if self.redirect == "<<<":
                self.stdin += word
            self.redirect = ""
        elif not self.words and word in _KEYWORDS:
            self.sure = False
        elif self.words or not _ASSIGNMENT.match(word):
            self.words.append(word)

    def _end_part(self, link: str, keep: bool = False) -> None:
        self._end_word()
        self.redirect = ""
        if self.words:
            self.parts.append(Part(tuple(self.words), self.link, self.stdin))
            self.words, self.stdin, self.link = [], "", link
        elif link and not keep and self.parts:
            self.link = link


def _closing(text: str, start: int) -> int:
    """The index of the bracket that closes one opened before ``start``, or -1."""
    depth, quote = 1, ""
    for index in range(start, len(text)):
        char = text[index]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return index
    return -1


def split(line: str) -> Line:
    """The simple commands of ``line``. An over-long line is read to ``MAX_LINE`` characters."""
    read = _Reader(line[:MAX_LINE]).read()
    return evolve(read, sure=False) if len(line) > MAX_LINE else read
