"""What a workbench is made of: the pinned VS Code, the browser and how it is started, the calm settings.

Invariant: everything comes from ``scripts/setup_vscode.sh``; nothing of the developer's is looked for.
"""

from __future__ import annotations

import subprocess

from tests.support.rawclient import ROOT

SETUP = ROOT / "scripts" / "setup_vscode.sh"
LIBRARY = ROOT / ".venv-editors" / "workbench-lib"
BROWSER = "/usr/bin/chromium"
WIDE, HIGH = 1000, 620
QUIET_BROWSER = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
CALM = {
    "chat.disableAIFeatures": True,
    "editor.inlayHints.enabled": "on",
    "editor.minimap.enabled": False,
    "git.openRepositoryInParentFolders": "never",
    "remote.autoForwardPorts": False,
    "security.workspace.trust.enabled": False,
    "task.reconnection": False,
    "telemetry.telemetryLevel": "off",
    "terminal.integrated.enablePersistentSessions": False,
    "terminal.integrated.defaultProfile.linux": "bash",
    "terminal.integrated.gpuAcceleration": "off",
    "terminal.integrated.initialHint": False,
    "terminal.integrated.suggest.enabled": False,
    "workbench.enableExperiments": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.reduceMotion": "on",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}
"""Settings of the user: nothing that speaks unasked, nothing that comes back from an earlier test."""


def programs() -> tuple[str, str]:
    """The node and the ``server-main.js`` of the pinned VS Code, fetched at the first call."""
    made = subprocess.run(["sh", str(SETUP)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    node, server = made.stdout.splitlines()[-2:]
    return node, server
