"""Five hundred things that must never leave a machine, made from a seed: no two runs differ, none is real."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable
from typing import Final

EACH: Final = 25
_LETTERS: Final = string.ascii_letters + string.digits
_SYLLABLES: Final = ("zor", "quil", "bex", "fyn", "wump", "drex", "ovi", "kra", "jul", "thex", "myr", "glon")


def planted(seed: int = 33) -> list[str]:
    """500 different texts, ``EACH`` of every kind."""
    chance = random.Random(seed)
    found = [make(chance) for make in KINDS for _ in range(EACH)]
    assert len(set(found)) == len(found) == 500
    return found


def _some(chance: random.Random, length: int, of: str = _LETTERS) -> str:
    return "".join(chance.choices(of, k=length))


def _word(chance: random.Random) -> str:
    """A word that no language and no program has."""
    return "".join(chance.choices(_SYLLABLES, k=3)) + _some(chance, 2, string.ascii_lowercase)


def _base64(chance: random.Random, size: int) -> str:
    return base64.urlsafe_b64encode(chance.randbytes(size)).decode().rstrip("=")


KINDS: Final[tuple[Callable[[random.Random], str], ...]] = (
    lambda chance: "AKIA" + _some(chance, 16, string.ascii_uppercase + string.digits),
    lambda chance: _some(chance, 40),
    lambda chance: "ghp_" + _some(chance, 36),
    lambda chance: "github_pat_" + _some(chance, 60),
    lambda chance: "sk-ant-" + _some(chance, 40),
    lambda chance: "xoxb-" + _some(chance, 11, string.digits) + "-" + _some(chance, 24),
    lambda chance: f"-----BEGIN RSA PRIVATE KEY----- {_base64(chance, 48)} -----END RSA PRIVATE KEY-----",
    lambda chance: f"eyJhbGciOi{_base64(chance, 12)}.eyJ{_base64(chance, 24)}.{_base64(chance, 32)}",
    lambda chance: f"https://{_word(chance)}:{_some(chance, 12)}@{_word(chance)}.example/x",
    lambda chance: (
        f"postgres://{_word(chance)}:{_some(chance, 10)}@db.{_word(chance)}.local:5432/{_word(chance)}"
    ),
    lambda chance: f"{_word(chance)}.{_word(chance)}@{_word(chance)}.example",
    lambda chance: f"/home/{_word(chance)}/code/{_word(chance)}/main.py",
    lambda chance: f"C:\\Users\\{_word(chance)}\\{_word(chance)}",
    lambda chance: f"feature/{_word(chance)}-{_word(chance)}",
    lambda chance: f"test_{_word(chance)}_{_word(chance)}",
    lambda chance: f"{_word(chance)}_{_word(chance)}.py",
    lambda chance: _some(chance, 40, "0123456789abcdef"),
    lambda chance: f"password={_some(chance, 14)}",
    lambda chance: " ".join(_some(chance, 4, string.digits) for _ in range(4)),
    lambda chance: f"{_word(chance).title()} {_word(chance).title()}",
)
