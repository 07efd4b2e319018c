"""What the loop makes the outside do. Invariant: a closed union; each kind is run in one place."""

from __future__ import annotations

from attrs import frozen

from afterglow.core.model import Mode, WarmToken


@frozen
class SendToken:
    """Show a line now."""

    token: WarmToken


@frozen
class RefreshHints:
    """Ask the client to ask for its hints again."""


@frozen
class ModeChanged:
    """The one switch is in another position, whoever moved it."""

    mode: Mode


@frozen
class PauseChanged:
    """Nothing is to be said until then (ms), or the pause is over (None)."""

    until: int | None


@frozen
class NotifyDesktop:
    """Tell the desktop as well: a long job ended while no editor was in front."""

    token: WarmToken


@frozen
class TwinSeen:
    """What the model's help cost today, in tokens, millionths of a dollar and calls, and the one line that
    the user should know of, None where there is none."""

    tokens: int = 0
    micros: int = 0
    calls: int = 0
    told: str | None = None


Effect = SendToken | RefreshHints | ModeChanged | PauseChanged | NotifyDesktop | TwinSeen
