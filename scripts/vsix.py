"""Steps of ``build_vsix.sh`` that a shell does badly: ``vsix.py made-of|name|stage FOLDER|settle FROM TO``.

Invariant: standard library only; the same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXTENSION = ROOT / "vscode-extension"
TIME = (2020, 2, 2, 0, 0, 0)
"""The time of every file in the package, as hatchling gives it to those of the wheel."""
NOT_SOURCES = {"node_modules", "dist", "out", "__pycache__", ".vscode-test"}
PAPERS = ("LICENSE", "NOTICE", "CHANGELOG.md")
LICENCES = ("LICENSE*", "LICENCE*", "license*", "License*", "NOTICE*", "COPYING*")


def made_of() -> str:
    """One hash over the extension's files, the bundled server included, and over what builds them."""
    whole = hashlib.sha256()
    builders = [ROOT / "scripts" / name for name in ("build_vsix.sh", "vsix.py", "bundle_server.py")]
    papers = [ROOT / name for name in PAPERS]
    for path in sorted([*sources(), *builders, *papers, ROOT / "requirements" / "node.txt"]):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(ROOT).as_posix()} {digest}\n".encode())
    return whole.hexdigest()


def sources() -> Iterator[Path]:
    """Every file of the extension's folder that no tool has made; ``bundled/`` counts."""
    for path in EXTENSION.rglob("*"):
        parts = set(path.relative_to(EXTENSION).parts)
        if path.is_file() and NOT_SOURCES.isdisjoint(parts) and path.suffix != ".vsix":
            yield path


def package() -> dict[str, Any]:
    """The extension's ``package.json``."""
    read: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    return read


def carried() -> list[dict[str, str]]:
    """What of npm the extension carries: name, version, integrity and licence, sorted by name."""
    lock = json.loads((EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    found = [
        {
            "folder": place,
            "name": place.rpartition("node_modules/")[2],
            "version": entry["version"],
            "integrity": entry.get("integrity", ""),
            "license": entry.get("license", ""),
        }
        for place, entry in lock["packages"].items()
        if place and not entry.get("dev") and not entry.get("devOptional") and not entry.get("link")
    ]
    return sorted(found, key=lambda entry: (entry["name"], entry["version"]))


def notices() -> str:
    """The licences of what the extension's one script file was put together from."""
    parts = ["dist/extension.js holds code of these packages, under these licences.\n"]
    for entry in carried():
        folder = EXTENSION / entry["folder"]
        texts = sorted({path for pattern in LICENCES for path in folder.glob(pattern) if path.is_file()})
        body = "\n".join(path.read_text(encoding="utf-8", errors="replace").strip() for path in texts)
        heading = f"{entry['name']} {entry['version']} ({entry['license'] or 'see below'})"
        parts.append(f"{'-' * 78}\n{heading}\n\n{body or 'The package brings no licence text.'}\n")
    return "\n".join(parts).replace("\r\n", "\n")


def stage(folder: Path) -> None:
    """A new folder with the extension's files, what the repository says about licences, and a link to what
    npm installed: it is built there, so that nobody who works in the extension's folder is in the way."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in sources():
        copy(path, folder / path.relative_to(EXTENSION))
    for name in PAPERS:
        copy(ROOT / name, folder / name)
    (folder / "THIRD-PARTY-NOTICES.txt").write_text(notices(), encoding="utf-8", newline="\n")
    (folder / "node_modules").symlink_to(EXTENSION / "node_modules", target_is_directory=True)


def copy(source: Path, target: Path) -> None:
    """The file's bytes at another place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


def settle(source: Path, target: Path) -> None:
    """The same archive with sorted names, one time and one mode."""
    new = target.with_name(f"{target.name}.new")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(new, "w") as made:
        names = [name for name in old.namelist() if not name.endswith("/")]
        if len(set(names)) != len(names):
            raise ValueError(f"{source.name} holds a name twice")
        for name in sorted(names):
            entry = zipfile.ZipInfo(name, TIME)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            made.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED, 9)
    new.replace(target)


def main(words: list[str]) -> int:
    """One step; 1 with one line where it cannot be done."""
    try:
        match words:
            case ["made-of"]:
                sys.stdout.write(made_of() + "\n")
            case ["name"]:
                sys.stdout.write("{name}-{version}.vsix\n".format(**package()))
            case ["stage", folder]:
                stage(Path(folder))
            case ["settle", source, target]:
                settle(Path(source), Path(target))
            case _:
                raise ValueError("say made-of, name, stage FOLDER or settle FROM TO")
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"vsix: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
