"""What five kinds of editors say of themselves in ``initialize``, as far as hints and lines go."""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen

Capabilities = dict[str, Any]


@frozen
class Editor:
    """``line``: the method that brings a line to it. ``refreshed``: it is asked to ask again for hints.
    ``links``: the tooltip is markdown with links to commands, else a plain text."""

    capabilities: Capabilities
    line: str
    refreshed: bool
    links: bool


EDITORS: Final = {
    "VS Code": Editor(
        {
            "general": {
                "markdown": {"parser": "marked", "version": "1.1.0"},
                "positionEncodings": ["utf-16"],
            },
            "window": {"workDoneProgress": True, "showMessage": {"messageActionItem": {}}},
            "workspace": {
                "configuration": True,
                "executeCommand": {"dynamicRegistration": True},
                "inlayHint": {"refreshSupport": True},
                "workspaceFolders": True,
            },
            "textDocument": {
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "inlayHint": {
                    "dynamicRegistration": True,
                    "resolveSupport": {
                        "properties": [
                            *("tooltip", "textEdits"),
                            *("label.tooltip", "label.location", "label.command"),
                        ]
                    },
                },
            },
        },
        line="$/progress",
        refreshed=True,
        links=True,
    ),
    "Neovim": Editor(
        {
            "general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]},
            "window": {"workDoneProgress": True, "showMessage": {"messageActionItem": {}}},
            "workspace": {
                "configuration": True,
                "inlayHint": {"refreshSupport": True},
                "workspaceFolders": True,
            },
            "textDocument": {
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "inlayHint": {
                    "dynamicRegistration": True,
                    "resolveSupport": {"properties": ["textEdits", "tooltip", "location", "command"]},
                },
            },
        },
        line="$/progress",
        refreshed=True,
        links=False,
    ),
    "Helix": Editor(
        {
            "general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]},
            "window": {"workDoneProgress": True},
            "workspace": {
                "configuration": True,
                "executeCommand": {"dynamicRegistration": False},
                "inlayHint": {"refreshSupport": False},
                "workspaceFolders": True,
            },
            "textDocument": {
                "hover": {"contentFormat": ["markdown"]},
                "inlayHint": {"dynamicRegistration": False},
            },
        },
        line="$/progress",
        refreshed=False,
        links=False,
    ),
    "Emacs": Editor(
        {
            "general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]},
            "window": {"showDocument": {"support": True}, "workDoneProgress": True},
            "workspace": {
                "configuration": True,
                "executeCommand": {"dynamicRegistration": False},
                "workspaceFolders": True,
            },
            "textDocument": {
                "hover": {"contentFormat": ["markdown", "plaintext"]},
                "inlayHint": {"dynamicRegistration": False},
            },
        },
        line="$/progress",
        refreshed=False,
        links=False,
    ),
    "LSP 3.16": Editor({}, line="window/logMessage", refreshed=False, links=False),
}
