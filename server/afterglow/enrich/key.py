"""Whom to ask and with what key: the address in the settings, the key in ``ANTHROPIC_API_KEY`` or a file.

Invariant: the key is in no repr, log, error or row; what stands for it elsewhere is ``print_of``. No variable
but ``ANTHROPIC_API_KEY`` is looked at, so that none can send a request to another place.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from attrs import field, frozen

from afterglow.core.settings import Settings
from afterglow.store.home import Home, make_private

VARIABLE: Final = "ANTHROPIC_API_KEY"
FILE: Final = "api-key"
SALT_FILE: Final = "salt"
ADDRESS: Final = "https://api.anthropic.com"
NO_KEY: Final = "no key"
_MOST: Final = 1_000
_KEY: Final = re.compile(r"[!-~]{1,500}")


@frozen
class Endpoint:
    """Where a request goes. ``base_url``: without a slash at its end; ``host``: for the ledger and the eye;
    ``key``: empty where none is needed; ``key_print``: stands for the key and the address."""

    base_url: str
    key: str = field(repr=False)
    host: str
    key_print: str = ""


def endpoint_of(settings: Settings, environ: Mapping[str, str], home: Home) -> Endpoint | str:
    """The endpoint, or in one line why there is none (``NO_KEY``: nothing is set up; say nothing).

    A server on this machine needs no key; to any other the key goes over https only.
    """
    address = (settings.enrichment_base_url or ADDRESS).rstrip("/")
    parts = _split(address)
    if parts is None or not parts.hostname:
        return "enrichment.baseUrl is no address that can be asked: give one such as https://host:8000"
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        return "enrichment.baseUrl holds more than an address: the key belongs in ANTHROPIC_API_KEY"
    here = is_loopback(parts.hostname)
    found = _key_of(environ, home.data / FILE)
    if isinstance(found, _Refused) and not (here and found.why == NO_KEY):
        return found.why
    key = found if isinstance(found, str) else ""
    if key and parts.scheme != "https" and not here:
        return "enrichment.baseUrl is not https, so the key would travel open: use https or this machine"
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    return Endpoint(address, key, host, print_of(key, home, address))


def is_loopback(host: str) -> bool:
    """Whether a host's name or number is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return False
    return number.is_loopback or number.is_unspecified


def print_of(key: str, home: Home, address: str = "") -> str:
    """12 hex digits that stand for a key (and the address it is used at) within one data folder.

    The salt lies in the data folder (0600) and is made when it is first needed; where it cannot be kept,
    every call has one of its own.
    """
    salt = _salt(home.data / SALT_FILE)
    return hashlib.sha256(salt + address.encode() + b"\0" + key.encode("utf-8", "replace")).hexdigest()[:12]


@frozen
class _Refused:
    why: str


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        # Reading it is what checks it.
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} else None


def _key_of(environ: Mapping[str, str], file: Path) -> str | _Refused:
    told = environ.get(VARIABLE, "").strip()
    if told:
        return told if _KEY.fullmatch(told) else _Refused(f"{VARIABLE} holds what no key holds: set it again")
    try:
        data = _read_own(file)
    except FileNotFoundError:
        return _Refused(NO_KEY)
    except PermissionError:
        return _Refused(f"{file.name} in the data folder is open to others: make it yours alone (chmod 600)")
    except OSError:
        return _Refused(f"{file.name} in the data folder cannot be read: write the key into a plain file")
    text = data.decode("utf-8", "replace").strip()
    if not text:
        return _Refused(NO_KEY)
    if not _KEY.fullmatch(text):
        return _Refused(f"{file.name} in the data folder holds what no key holds: one line, the key alone")
    return text


def _read_own(path: Path) -> bytes:
    """A small file of ours that nobody else can read. Raises OSError; PermissionError where others may."""
    flags = (
        os.O_RDONLY
        | getattr(os, "O_CLOEXEC", 0)
        | getattr(os, "O_NOFOLLOW", 0)
        | getattr(os, "O_NONBLOCK", 0)
    )
    handle = os.open(path, flags)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise IsADirectoryError
        if os.name == "posix" and (found.st_uid != os.geteuid() or found.st_mode & 0o077):
            raise PermissionError
        return os.read(handle, _MOST)
    finally:
        os.close(handle)


def _salt(path: Path) -> bytes:
    for _ in range(2):
        try:
            salt = _read_own(path)
        except FileNotFoundError:
            salt = b""
        except OSError:
            break
        if len(salt) >= 16:
            return salt
        _make_salt(path)
    return secrets.token_bytes(16)


def _make_salt(path: Path) -> None:
    """Put a salt there, whole or not at all; another process that does so at the same time may win."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    try:
        make_private(path.parent)
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            os.write(handle, secrets.token_bytes(16))
        finally:
            os.close(handle)
        try:
            os.link(draft, path)
        except FileExistsError:
            if path.stat().st_size < 16:
                draft.replace(path)
    except OSError:
        pass
    finally:
        draft.unlink(missing_ok=True)
