"""The extension's package as it is given to people, and the same with a later version.

Invariant: the package of the checkout is only read; what is changed is a copy.
"""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

from tests.support.rawclient import ROOT

SCRIPT = ROOT / "scripts" / "build_vsix.sh"


@functools.cache
def vsix() -> Path:
    """The package, built of the checkout once; ``VSIX_TO_TEST=FILE`` names one to test instead."""
    named = os.environ.get("VSIX_TO_TEST")
    if named:
        return Path(named)
    made = subprocess.run(
        ["sh", str(SCRIPT)],
        env={**os.environ, "VSIX_CACHED": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return ROOT / made.stdout.splitlines()[-1]


def manifest() -> dict[str, Any]:
    """The ``package.json`` inside."""
    return _inside("extension/package.json")


def title(command: str) -> str:
    """A command as the palette lists it: ``Afterglow: Restart``."""
    words = _inside("extension/package.nls.json")
    for it in manifest()["contributes"]["commands"]:
        if it["command"] == command:
            told = [str(it[key]) for key in ("category", "title") if key in it]
            return ": ".join(words[text[1:-1]] if text.startswith("%") else text for text in told)
    raise AssertionError(f"the extension has no command {command}")


def later(folder: Path, version: str) -> Path:
    """A copy of the package that says it is this version."""
    made = folder / f"afterglow-{version}.vsix"
    with zipfile.ZipFile(vsix()) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "extension/package.json":
                data = json.dumps({**json.loads(data), "version": version}).encode()
            if info.filename == "extension.vsixmanifest":
                identity = rb'(<Identity [^>]*Version=")[^"]*(")'
                data, count = re.subn(identity, rb"\g<1>%s\g<2>" % version.encode(), data)
                assert count == 1
            new.writestr(info, data)
    return made


def _inside(name: str) -> dict[str, Any]:
    with zipfile.ZipFile(vsix()) as package:
        found: dict[str, Any] = json.loads(package.read(name))
    return found
