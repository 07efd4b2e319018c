"""Real git repositories for tests, cut off from the developer's own configuration."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

ISOLATED: Mapping[str, str] = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_EDITOR": "true",
    "GIT_AUTHOR_NAME": "Ada Tester",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada Tester",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "LC_ALL": "C",
}


@frozen
class GitBox:
    """One checkout. ``run`` fails the test where git fails, unless ``ok`` is False."""

    path: Path

    @classmethod
    def create(cls, path: Path, *options: str) -> GitBox:
        """A new empty repository on branch main."""
        path.mkdir(parents=True, exist_ok=True)
        box = cls(path)
        box.run("init", "-q", "-b", "main", *options)
        return box

    def run(self, *args: str, ok: bool = True, env: Mapping[str, str] | None = None) -> str:
        """Runs git in the checkout; gives what it printed."""
        done = self._call(args, env)
        if ok and done.returncode:
            raise AssertionError(f"git {' '.join(args)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def succeeds(self, *args: str, env: Mapping[str, str] | None = None) -> bool:
        """Runs git in the checkout; gives whether it was content."""
        return self._call(args, env).returncode == 0

    def _call(self, args: tuple[str, ...], env: Mapping[str, str] | None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *args],
            cwd=self.path,
            env={**os.environ, "HOME": str(self.path), **ISOLATED, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
        )

    def write(self, name: str, text: str) -> None:
        """Writes a file and stages it."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.run("add", name)

    def commit(self, name: str = "file", text: str | None = None, message: str = "work") -> str:
        """Commits one file whose content is new unless ``text`` is given; gives the hash."""
        path = self.path / name
        old = path.read_text() if path.exists() else ""
        self.write(name, f"{old}{message} {len(old)}\n" if text is None else text)
        self.run("commit", "-q", "-m", message)
        return self.run("rev-parse", "HEAD").strip()

    def worktree(self, path: Path, branch: str) -> GitBox:
        """A linked worktree on a new branch."""
        self.run("worktree", "add", "-q", "-b", branch, str(path))
        return GitBox(path)

    def clone(self, path: Path, *options: str) -> GitBox:
        """A clone of this one."""
        self.run("clone", "-q", *options, str(self.path), str(path))
        return GitBox(path)

    def with_remote(self, path: Path, name: str = "origin") -> GitBox:
        """Gives this checkout an empty bare remote."""
        remote = GitBox.create(path, "--bare")
        self.run("remote", "add", name, str(path))
        return remote
