"""Where the checkout is and which files belong to it: what git knows or would add, never what it ignores."""

from __future__ import annotations

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "server" / "afterglow"
MADE: Final = {"dist", "build", "node_modules", "__pycache__"}


@cache
def files() -> tuple[Path, ...]:
    """Every file of the checkout; where git answers nothing (an unpacked source archive), by a walk."""
    listing = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0 and listing.stdout:
        found = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    else:
        found = (path for path in ROOT.rglob("*") if not made(path))
    return tuple(sorted(path for path in found if path.is_file()))


def made(path: Path) -> bool:
    """Whether a tool has made this file: it lies in a folder of output, or in a hidden one but ours."""
    folders = path.relative_to(ROOT).parts[:-1]
    return any(name in MADE or (name.startswith(".") and name != ".ci") for name in folders)


def sources(*folders: str) -> tuple[Path, ...]:
    """The Python files below these folders of the checkout."""
    wanted = [ROOT / folder for folder in folders]
    return tuple(
        path
        for path in files()
        if path.suffix == ".py" and any(path.is_relative_to(folder) for folder in wanted)
    )


def named(path: Path) -> str:
    """The path as it is written in a message: from the checkout's top, with slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def project() -> dict[str, Any]:
    """``pyproject.toml``."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
