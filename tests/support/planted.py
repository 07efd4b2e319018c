"""Five hundred things that must never leave a machine, each where somebody could have written it.

Made from a seed and from pieces at run time: none is real, and none stands in this file. ``secret`` is what
must not be found, ``text`` the whole of what was written, ``source`` where (``SOURCES``).
"""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable
from typing import Final

from attrs import frozen

SOURCES: Final = ("said", "subject", "branch", "test", "label", "note", "command")
OWN_NAMES: Final = ("Jorinde Wexmoor", "jwexmoor")
"""What the user is called, in the settings and by the system."""
COUNT: Final = 500

_MIXED: Final = string.ascii_letters + string.digits
_UPPER: Final = string.ascii_uppercase + string.digits
_HEX: Final = "0123456789abcdef"
_ODD: Final = (
    "Zorquil",
    "Wumpdrex",
    "Fynmyr",
    "Thexjul",
    "Bexovi",
    "Glonkra",
    "Myrzora",
    "Ovidrex",
    "Kraquil",
)
_GIVEN: Final = ("Greta", "Tobias", "Priya", "Matthias", "Yuki", "Alejandro", "Ingrid", "Dmitri", "Beatrice")
_PLAIN: Final = (
    "correct",
    "horse",
    "battery",
    "staple",
    "swordfish",
    "dragon",
    "velvet",
    "marble",
    "lantern",
)


@frozen
class Planted:
    """``stored``: whether it must not be in the records of this machine either (names may)."""

    kind: str
    source: str
    secret: str
    text: str
    stored: bool


def planted(seed: int = 33, count: int = COUNT) -> tuple[Planted, ...]:
    """``count`` different ones, of every kind in every source."""
    chance = random.Random(seed)
    made: list[Planted] = []
    seen: set[tuple[str, str]] = set()
    turn = 0
    while len(made) < count:
        kind, maker = list(KINDS.items())[turn % len(KINDS)]
        source = SOURCES[(turn + turn // len(KINDS)) % len(SOURCES)]
        turn += 1
        if kind == "person" and source in ("branch", "test"):
            continue  # a name that nobody knows is a word like any other there
        secret, sentence = maker(chance)
        text = WRITTEN[source](sentence, secret)
        if (source, text) not in seen:
            seen.add((source, text))
            made.append(Planted(kind, source, secret, text, kind not in _NAMES))
    return tuple(made)


def _some(chance: random.Random, length: int, of: str = _MIXED) -> str:
    return "".join(chance.choices(of, k=length))


def _mixed(chance: random.Random, length: int) -> str:
    """Letters of both cases and digits, of each at least one."""
    while True:
        made = _some(chance, length)
        if any(map(str.isdigit, made)) and any(map(str.isupper, made)) and any(map(str.islower, made)):
            return made


def _base64(chance: random.Random, size: int) -> str:
    return base64.b64encode(chance.randbytes(size)).decode()


def _url64(chance: random.Random, size: int) -> str:
    return base64.urlsafe_b64encode(chance.randbytes(size)).decode().rstrip("=")


def _jwt(chance: random.Random) -> str:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()).decode().rstrip("=")
    body = base64.urlsafe_b64encode(json.dumps({"sub": _some(chance, 8)}).encode()).decode().rstrip("=")
    return f"{head}.{body}.{_url64(chance, 32)}"


def _session(chance: random.Random) -> tuple[str, str]:
    secret = _jwt(chance)
    return secret, f"the session {secret} will not end"


def _pem(chance: random.Random) -> tuple[str, str]:
    kind = chance.choice(("RSA ", "EC ", "OPENSSH ", ""))
    inner = _base64(chance, 48)
    bars = "-" * 5
    return inner, f"{bars}BEGIN {kind}PRIVATE KEY{bars}\n{inner}\n{bars}END {kind}PRIVATE KEY{bars}"


def _bare(prefix: str, length: int, of: str = _MIXED) -> Callable[[random.Random], tuple[str, str]]:
    """A token known by its beginning, as people drop it into a sentence."""

    def make(chance: random.Random) -> tuple[str, str]:
        secret = prefix + (_mixed(chance, length) if of == _MIXED else _some(chance, length, of))
        before = chance.choice(
            ("try {} instead", "it fails with {} again", "{} stopped working", "rotated {}")
        )
        return secret, before.format(secret)

    return make


def _told(chance: random.Random) -> tuple[str, str]:
    secret = chance.choice(
        (
            " ".join(chance.sample(_PLAIN, 4)),
            chance.choice(_PLAIN).title() + _some(chance, 3, string.digits),
            _mixed(chance, 10),
        )
    )
    sentence = chance.choice(
        (
            "my password is {}",
            "the wifi password: {}",
            "password = {}",
            "the passphrase for the vault is {}",
            "set the admin password to {}",
            "{} is my password",
        )
    )
    return secret, sentence.format(secret)


def _url(chance: random.Random) -> tuple[str, str]:
    secret = _mixed(chance, 12)
    scheme = chance.choice(("https", "postgres", "redis", "amqp", "mongodb+srv"))
    return secret, f"cannot reach {scheme}://svc:{secret}@db.example.internal:5432/main today"


def _env(chance: random.Random) -> tuple[str, str]:
    secret = chance.choice((_mixed(chance, 16), _some(chance, 14, string.ascii_lowercase)))
    name = chance.choice(
        ("DB_PASSWORD", "SECRET_KEY", "API_TOKEN", "SMTP_PASS", "STRIPE_KEY", "SESSION_SECRET")
    )
    quote = chance.choice(("", '"', "'"))
    return secret, f"{name}={quote}{secret}{quote}"


def _bearer(chance: random.Random) -> tuple[str, str]:
    secret = _url64(chance, 24)
    return secret, f"curl with Authorization: Bearer {secret} gives nothing"


def _mail(chance: random.Random) -> tuple[str, str]:
    secret = f"{chance.choice(_ODD).lower()}.{_some(chance, 5, string.ascii_lowercase)}@mail.example"
    return secret, f"the report for {secret} is late"


def _home(chance: random.Random) -> tuple[str, str]:
    name = chance.choice(_ODD).lower() + _some(chance, 3, string.ascii_lowercase)
    path = chance.choice(
        (
            f"/home/{name}/notes/today.txt",
            f"/Users/{name}/Desktop/x.py",
            f"C:\\Users\\{name}\\code",
            f"~{name}/src/x",
        )
    )
    return name, f"opened {path} twice"


def _own(chance: random.Random) -> tuple[str, str]:
    secret = chance.choice(("Jorinde", "Wexmoor", "jwexmoor"))
    return secret, chance.choice(("{} broke the build", "review by {} today", "this is {} speaking")).format(
        secret
    )


def _person(chance: random.Random) -> tuple[str, str]:
    secret = chance.choice(_ODD) + _some(chance, 2, "aeiou")
    sentence = chance.choice(
        (
            "paired with {} on it",
            "ask {} about the parser",
            "Dr. {} wrote it",
            "met @{} there",
            "thanks {} for it",
        )
    )
    return secret, sentence.format(secret)


def _first(chance: random.Random) -> tuple[str, str]:
    secret = f"{chance.choice(_GIVEN)} {chance.choice(_ODD)}"
    return secret, f"then {secret} merged it {chance.choice(('early', 'late', 'twice', 'today', 'again'))}"


KINDS: Final[dict[str, Callable[[random.Random], tuple[str, str]]]] = {
    "aws key id": _bare("AK" + "IA", 16, _UPPER),
    "aws secret": _bare("", 40),
    "github": _bare("gh" + "p_", 36),
    "github fine": _bare("github" + "_pat_", 60),
    "gitlab": _bare("gl" + "pat-", 20),
    "slack": _bare("xox" + "b-", 24),
    "stripe": _bare("sk" + "_live_", 24),
    "google": _bare("AI" + "za", 35),
    "npm": _bare("np" + "m_", 36),
    "pypi": _bare("py" + "pi-AgEI", 60),
    "anthropic": _bare("sk" + "-ant-api03-", 40),
    "openai": _bare("sk" + "-proj-", 40),
    "hex": _bare("", 40, _HEX),
    "pem": _pem,
    "jwt": _session,
    "url": _url,
    "env": _env,
    "bearer": _bearer,
    "told": _told,
    "mail": _mail,
    "home": _home,
    "own name": _own,
    "person": _person,
    "full name": _first,
}
_NAMES: Final = frozenset({"own name", "person", "full name"})

WRITTEN: Final[dict[str, Callable[[str, str], str]]] = {
    "said": lambda sentence, _: f"Today was long: {sentence}",
    "subject": lambda sentence, _: f"fix: {sentence}",
    "branch": lambda sentence, secret: (
        f"fix/{secret}" if secret in sentence.split() and "pass" not in sentence else f"fix/{sentence}"
    ),
    "test": lambda sentence, _: f"tests/test_io.py::test_reads[{sentence}]",
    "label": lambda sentence, _: sentence,
    "note": lambda sentence, _: f"left off: {sentence}",
    "command": lambda sentence, secret: f"deploy --env prod --token '{secret}' # {sentence}",
}
"""How a sentence stands in each source."""
