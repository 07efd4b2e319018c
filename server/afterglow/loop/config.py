"""The settings in force, from their layers. Invariant: a bad value is a problem line and a default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

from afterglow.core.settings import Settings, from_environment, resolve
from afterglow.store.home import Home

MOST_BYTES: Final = 1 << 20


@frozen
class Loaded:
    """``problems``: one line each, what is wrong with which setting and how to mend it."""

    settings: Settings
    problems: tuple[str, ...]


def load(home: Home, environ: Mapping[str, str], editor: Mapping[str, Any] | None = None) -> Loaded:
    """Settings weakest first: the shipped defaults, ``config.toml``, the environment, the editor."""
    layers: list[tuple[str, Mapping[str, Any]]] = []
    problems: list[str] = []
    text = _read(home, problems)
    if text is not None:
        layers.append(("config.toml", text))
    layers.append(("environment", from_environment(environ)))
    if editor is not None:
        layers.append(("editor", editor))
    made = resolve(layers)
    problems.extend(made.problems)
    if made.settings.display_desktop:
        from afterglow.loop import desktop  # noqa: PLC0415 - few ask for it

        if (lacking := desktop.problem()) is not None:
            problems.append(lacking)
    return Loaded(made.settings, tuple(problems))


def _read(home: Home, problems: list[str]) -> Mapping[str, Any] | None:
    try:
        if not home.config_file.is_file():  # also where something is there that cannot be read to an end
            return None
        with home.config_file.open("rb") as file:
            raw = file.read(MOST_BYTES)
    except OSError:
        return None
    import tomllib  # noqa: PLC0415 - most users have no such file

    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        problems.append(
            "config.toml: it is not valid TOML, so none of it is used; check it with a TOML checker"
        )
        return None
