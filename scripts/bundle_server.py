"""Makes ``vscode-extension/bundled/``: the server's starter, Afterglow with its banks, and what it runs with.

``python scripts/bundle_server.py [FOLDER]``, with ``.venv`` set up. Wheels come hash-checked from
``requirements/bundle.txt``, once, into ``.venv-dist``; after that no network is needed. ``--wheels`` prints
where they lie.
Invariant: the same sources give the same bytes, times and modes; ``manifest.json`` names every file with
its SHA-256; nothing compiled, no tests, no installer's records; several at once do no harm.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STORE = ROOT / ".venv-dist"
PINS = ROOT / "requirements" / "bundle.txt"
STARTER = ROOT / "vscode-extension" / "python" / "server.py"
MADE_OF = ("server/afterglow", "banks", "pyproject.toml", "README.md", "LICENSE", "NOTICE")
EPOCH = 1_580_601_600
"""2 February 2020, the time that hatchling gives to all files."""
KEPT_RECORDS = ("METADATA", "licenses", "LICENSE", "NOTICE", "COPYING", "AUTHORS")
LEFT_OUT = {"py.typed", "watchmedo.py", "tricks", "tests", "test", "__pycache__"}
LEFT_OUT_ENDS = (".pyi", ".pyc")
COMPILED = (".so", ".pyd", ".dylib", ".dll")


def main(words: list[str]) -> int:
    """Make the folder, or leave it alone where nothing has changed; 1 with one line when that fails."""
    target = Path(words[0]) if words else ROOT / "vscode-extension" / "bundled"
    try:
        with alone():
            if words == ["--wheels"]:
                sys.stdout.write(f"{fetched()[0].parent}\n")
                return 0
            made_of = digest_of_sources()
            if not whole(target, made_of):
                make(target, made_of)
    except (OSError, subprocess.CalledProcessError, ValueError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"bundle_server: {error}\n")
        return 1
    return 0


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else bundles meanwhile (where the system has such locks)."""
    STORE.mkdir(exist_ok=True)
    (STORE / ".gitignore").write_text("*\n", encoding="utf-8")
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        yield
        return
    with (STORE / "bundle.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest_of_sources() -> str:
    """One hash over everything that the folder is made of."""
    whole_ = hashlib.sha256()
    for path in sorted([*sources(), PINS, STARTER, Path(__file__).resolve()]):
        whole_.update(f"{path.relative_to(ROOT).as_posix()} {sha256(path)}\n".encode())
    return whole_.hexdigest()


def sources() -> Iterator[Path]:
    """The files of the checkout that the wheel is built from."""
    for name in MADE_OF:
        place = ROOT / name
        found = place.rglob("*") if place.is_dir() else [place]
        yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_of(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash, sorted; not the manifest, nor what a Python that ran it has
    compiled."""
    found = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return {name: sha256(found[name]) for name in sorted(found) if name != "manifest.json"}


def whole(target: Path, made_of: str) -> bool:
    """Whether the folder was made of these sources and holds exactly what it held then."""
    try:
        manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return manifest.get("madeOf") == made_of and manifest.get("files") == files_of(target)


def make(target: Path, made_of: str) -> None:
    """Fill a new folder beside the old one, then change places."""
    wheels = [own_wheel(), *fetched()]
    new, old = (target.with_name(f".{target.name}.{kind}.{os.getpid()}") for kind in ("new", "old"))
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        (new / "tool").mkdir(parents=True)
        (new / "tool" / "server.py").write_bytes(STARTER.read_bytes())
        for wheel in wheels:
            unpack(wheel, new / "libs")
        manifest = {"version": version(), "madeOf": made_of, "files": files_of(new)}
        text = json.dumps(manifest, indent=1) + "\n"
        (new / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
        settle(new)
        if target.exists():
            target.rename(old)
        new.rename(target)
    finally:
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)


def version() -> str:
    """The version of the package, from its one place."""
    text = (ROOT / "server" / "afterglow" / "__init__.py").read_text(encoding="utf-8")
    return text.partition('__version__ = "')[2].partition('"')[0]


def own_wheel() -> Path:
    """Afterglow's wheel, built from this checkout."""
    folder = Path(tempfile.mkdtemp(dir=STORE, prefix="own."))
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise ValueError(f"the wheel could not be built: {made.stderr.strip().rpartition(chr(10))[2]}")
    (wheel,) = folder.glob("*.whl")
    kept = STORE / wheel.name
    wheel.replace(kept)
    folder.rmdir()
    return kept


def fetched() -> list[Path]:
    """The pinned wheels, from ``.venv-dist`` or else once from the registry."""
    folder = STORE / f"wheels-{sha256(PINS)[:16]}"
    if not folder.is_dir():
        new = Path(tempfile.mkdtemp(dir=STORE, prefix="wheels."))
        # One answer on every system: the wheels of the registry for this platform, without an ABI.
        asked = ("--platform", "manylinux2014_x86_64", "--implementation", "py", "--abi", "none")
        command = [
            *(sys.executable, "-m", "pip", "download", "-qq", "--no-input", "--disable-pip-version-check"),
            *("--no-deps", "--require-hashes", "--only-binary", ":all:", "--python-version", "3.11"),
            *(*asked, "--dest", str(new), "-r", str(PINS)),
        ]
        for attempt in (1, 2):
            made = subprocess.run(command, capture_output=True, text=True, check=False)
            if made.returncode == 0:
                break
            if attempt == 2:
                shutil.rmtree(new, ignore_errors=True)
                last = made.stderr.strip().rpartition("\n")[2]
                raise ValueError(f"pip could not fetch what {PINS.relative_to(ROOT)} names: {last}")
        new.rename(folder)
    return sorted(folder.glob("*.whl"))


def unpack(wheel: Path, libs: Path) -> None:
    """The files of a wheel that a bundled library needs."""
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith("/") or not wanted(name):
                continue
            if name.endswith(COMPILED):
                raise ValueError(f"{wheel.name} holds {name}, which runs on one system only")
            place = libs / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(archive.read(name))


def wanted(name: str) -> bool:
    """Code, data, metadata and licences; no stubs, tests, entry points or installer's records."""
    top, _, rest = name.partition("/")
    if top.endswith(".dist-info"):
        return rest.partition("/")[0] in KEPT_RECORDS
    return not name.endswith(LEFT_OUT_ENDS) and LEFT_OUT.isdisjoint(name.split("/"))


def settle(folder: Path) -> None:
    """One time and one mode for every file and folder."""
    for path in sorted([folder, *folder.rglob("*")], reverse=True):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (EPOCH, EPOCH))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
