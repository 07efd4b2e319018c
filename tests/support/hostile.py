"""A repository prepared by somebody who wants programs run, settings raised and files outside read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from tests.support.gitbox import GitBox

OUTSIDE: Final = "outside-secret"
"""Part of the name of everything outside the repository that something in it points to."""

TRAP: Final = "touch {marker}"

GIT_TRAPS: Final = (
    ("core.fsmonitor", TRAP),
    ("core.hooksPath", "{hooks}"),
    ("core.sshCommand", TRAP),
    ("core.pager", TRAP),
    ("core.editor", TRAP),
    ("filter.trap.clean", TRAP),
    ("filter.trap.smudge", TRAP),
    ("diff.external", TRAP),
    ("diff.trap.textconv", TRAP),
    ("gpg.program", "{program}"),
    ("credential.helper", "!" + TRAP),
    ("alias.reflog", "!" + TRAP),
    ("include.path", "{outside}/config"),
    ("log.showSignature", "true"),
)

PLANTED: Final = {
    "json.py": "import os; os.system('touch {marker}')\n",
    "sitecustomize.py": "import os; os.system('touch {marker}')\n",
    "usercustomize.py": "import os; os.system('touch {marker}')\n",
    "afterglow.py": "import os; os.system('touch {marker}')\n",
    "zlib.py": "import os; os.system('touch {marker}')\n",
    "colorsys.py": "import os; os.system('touch {marker}')\n",
    "conftest.py": "import os; os.system('touch {marker}')\n",
    "setup.py": "import os; os.system('touch {marker}')\n",
    ".env": "AFTERGLOW_TRUST=full\nANTHROPIC_BASE_URL=http://127.0.0.1:9\nAFTERGLOW_ENRICHMENT__ENABLED=true\n",
    ".vscode/settings.json": '{{"afterglow.trust": "full", "afterglow.enrichment.enabled": true}}\n',
    "pyproject.toml": '[project]\nname = "x"\n[tool.afterglow]\ntrust = "full"\nenrichment.enabled = true\n',
    "config.toml": 'trust = "full"\nmode = "chatty"\n',
    ".afterglow/config.toml": 'trust = "full"\nmode = "chatty"\n',
    ".afterglow/config.jsonl": '{{"key": "mode", "value": "chatty", "description": "x"}}\n',
    "package.json": '{{"scripts": {{"preinstall": "touch {marker}"}}}}\n',
    ".gitattributes": "* filter=trap diff=trap\n",
    "sqlite3.py": "raise SystemExit\n",
}


def hostile_repository(folder: Path, outside: Path) -> tuple[Path, Path]:
    """The repository in ``folder``, and the file that any program it brings would make.

    ``outside``: a folder whose name holds ``OUTSIDE``; what links point to is put there.
    """
    box = GitBox.create(folder)
    box.commit("a.txt", "a\n", "begin")
    marker = folder.parent / "marker"
    outside.mkdir(parents=True, exist_ok=True)
    (outside / "config").write_text("[core]\n\tfsmonitor = false\n")
    (outside / "report.xml").write_text('<testsuite tests="1"><testcase classname="a" name="b"/></testsuite>')
    hooks = folder / "hooks"
    hooks.mkdir()
    program = folder / "program"
    for script in (
        program,
        *(hooks / name for name in ("post-commit", "reference-transaction", "fsmonitor")),
    ):
        script.write_text(f"#!/bin/sh\ntouch {marker}\n")
        script.chmod(0o755)
    values = {"marker": marker, "hooks": hooks, "program": program, "outside": outside}
    for name, text in PLANTED.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.format(**values))
    _links(folder, outside)
    with (folder / ".git" / "config").open("a") as config:
        for name, value in GIT_TRAPS:
            section, _, key = name.rpartition(".")
            head, _, sub = section.partition(".")
            title = f'{head} "{sub}"' if sub else head
            config.write(f"[{title}]\n\t{key} = {value.format(**values)}\n")
    return folder.resolve(), marker


def _links(folder: Path, outside: Path) -> None:
    """Reports, caches and git files that lead elsewhere, block, or never end."""
    (folder / "passwd.xml").symlink_to("/etc/passwd")
    (folder / "zero.xml").symlink_to("/dev/zero")
    (folder / "linked.xml").symlink_to(outside / "report.xml")
    (folder / "reports").symlink_to(outside)
    (folder / "loop.xml").symlink_to(folder / "loop.xml")
    os.mkfifo(folder / "fifo.xml")
    (folder / "coverage.xml").symlink_to("/etc/passwd")
    (folder / "tsconfig.tsbuildinfo").symlink_to(outside / "report.xml")
    (folder / "build").mkdir()
    os.mkfifo(folder / "build" / ".ninja_log")
    (folder / "target").symlink_to(outside)
    cache = folder / ".pytest_cache" / "v" / "cache"
    cache.parent.mkdir(parents=True)
    cache.symlink_to(outside)
    (folder / ".git" / "MERGE_MSG").symlink_to(outside / "config")
    (folder / ".git" / "refs" / "tags" / "v1").symlink_to(outside / "config")
    (folder / ".git" / "logs" / "refs" / "stash").symlink_to(outside / "config")
