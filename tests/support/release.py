"""Building what a release holds, from copies of the checkout, and using it where nothing else of ours is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.rawclient import ROOT
from tests.tidy.checkout import files

PYTHON = (ROOT / ".venv" / "bin" / "python").resolve()
"""An interpreter without any package of ours: the one that ``.venv`` was made from."""
BORROWED = (".venv", ".venv-editors", ".venv-dist/tools")
"""What a copy of the checkout takes from this one, by a link."""


def ran(*words: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None, umask: int = -1) -> str:
    """The output of a command that ends well; else the test fails with what the command said."""
    made = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=None if env is None else dict(env),
        umask=umask,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, (words, made.returncode, made.stdout[-1500:], made.stderr[-1500:])
    return made.stdout


def tools() -> Path:
    """The folder of the programs that releases are made and tried with."""
    return Path(ran("sh", "scripts/setup_dist.sh").strip())


def wheels() -> Path:
    """The folder of the pinned wheels of everything that Afterglow runs with."""
    return Path(ran(ROOT / ".venv/bin/python", "scripts/bundle_server.py", "--wheels").strip())


def bundle(checkout: Path, folder: Path) -> Path:
    """The server as the extension carries it, made from a copy of the checkout: others may edit the real
    one meanwhile."""
    ran(checkout / ".venv/bin/python", "scripts/bundle_server.py", folder, cwd=checkout)
    return folder


def copied(source: Path, target: Path) -> Path:
    """A second checkout with the files of ``source``: nothing that was built, all that was fetched."""
    for path in files():
        name = path.relative_to(ROOT)
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    (target / ".venv-dist").mkdir()
    for borrowed in BORROWED:
        (target / borrowed).symlink_to((ROOT / borrowed).resolve(), target_is_directory=True)
    for folder in (".venv-dist/" + wheels().name, "vscode-extension/node_modules"):
        shutil.copytree(ROOT / folder, target / folder, symlinks=True, copy_function=linked)
    return target


def linked(source: str, target: str) -> None:
    """A copy that costs nothing, where the file system can do that; for files that nobody writes into."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def bare_world(home: Path, *programs: Path) -> dict[str, str]:
    """An environment of a fresh account: this home, the system's programs and these folders of programs."""
    home.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([*map(str, programs), "/usr/local/bin", "/usr/bin", "/bin"])
    return {"HOME": str(home), "PATH": path, "LANG": "C.UTF-8", "TMPDIR": str(_made(home.parent / "tmp"))}


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def below(folder: Path) -> set[str]:
    """Everything below a folder that is no folder, by its name from there."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


def offline() -> list[str]:
    """Words before a command that leave it without a network, where this system lets us; else none."""
    words = ["unshare", "--map-root-user", "--net"]
    try:
        probe = subprocess.run([*words, "true"], capture_output=True, check=False)
    except OSError:
        return []
    return words if probe.returncode == 0 else []
