"""A quick start: the protocol's 554 classes are finished when they are first used, not when imported.

``lsprotocol.types`` spends four fifths of a bare server's start on generating methods for classes that
most sessions never touch. While it is imported here, ``attrs.define`` only marks each class; the first
look at ``__attrs_attrs__`` or the first instance finishes it.

Invariant: a finished class has the fields, the signature, the equality and the representation of an
ordinary one (its instances have a ``__dict__`` instead of slots); where the library is not as expected,
the ordinary import is made.
"""

from __future__ import annotations

import gc
import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

import attrs

_TYPES: Final = "lsprotocol.types"
_EXPECTED_PROTOCOL: Final = "3.17.0"
_FEWEST_CLASSES: Final = 300

_define = attrs.define
_field = attrs.field
_lock = threading.RLock()
_waiting: set[type] = set()
_module: ModuleType | None = None


@contextmanager
def quiet_gc() -> Iterator[None]:
    """No garbage collection inside: an import makes objects that stay."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def prepare() -> bool:
    """Import ``lsprotocol.types`` the quick way; True where that was done.

    Must run before anything else imports it; otherwise, and after any surprise, it changes nothing.
    """
    global _module  # noqa: PLW0603 - there is one such module in a process
    if _TYPES in sys.modules:
        return _module is not None
    with quiet_gc():
        try:
            _import_asyncio_without_ssl()
            module = _import_unfinished()
            _check(module)
            _module = module
            _skip_eager_resolution()
            importlib.import_module("pygls.lsp.server")
        except Exception:  # noqa: BLE001 - any surprise means the ordinary import
            _undo()
            return False
    return True


def unfinished() -> int:
    """How many classes nobody has used yet."""
    return len(_waiting)


def _import_unfinished() -> ModuleType:
    # What the module imports itself must not see the changed decorator.
    importlib.import_module("lsprotocol.validators")
    attrs.define = _mark  # type: ignore[assignment]
    attrs.field = _late_field
    try:
        return importlib.import_module(_TYPES)
    finally:
        attrs.define = _define
        attrs.field = _field


def _import_asyncio_without_ssl() -> None:
    """asyncio loads OpenSSL where it can; 4 MB and a twentieth of the start, for pipes that are never TLS.

    Only asyncio's own TLS is missing afterwards; ``import ssl`` works as ever.
    """
    if "asyncio" in sys.modules or "ssl" in sys.modules:
        return
    modules: dict[str, Any] = sys.modules
    modules["ssl"] = None  # the documented way to make an import fail
    try:
        importlib.import_module("asyncio")
    finally:
        del sys.modules["ssl"]


def _check(module: ModuleType) -> None:
    if getattr(module, "__lsp_version__", None) != _EXPECTED_PROTOCOL or len(_waiting) < _FEWEST_CLASSES:
        raise ImportError("another layout than the one this was written for")
    if not isinstance(module.ALL_TYPES_MAP, dict):
        raise ImportError("no table of the types")
    probe = module.Position
    one = probe(line=1, character=2)
    if probe in _waiting or one != probe(line=1, character=2) or one == probe(line=2, character=2):
        raise ImportError("a class was not finished as expected")


def _undo() -> None:
    global _module  # noqa: PLW0603
    _module = None
    _waiting.clear()
    package = sys.modules.get("lsprotocol")
    for name in [name for name in sys.modules if name.startswith("lsprotocol.")]:
        del sys.modules[name]
    if package is not None and hasattr(package, "types"):
        del package.types
    importlib.import_module(_TYPES)


def _skip_eager_resolution() -> None:
    """The converter resolves the annotations of every class before its first use; here each class
    does it itself when it is finished. Without this name the converter merely takes longer."""
    hooks = importlib.import_module("lsprotocol._hooks")
    name = "_resolved_forward_references"
    if hasattr(hooks, name):
        setattr(hooks, name, True)


def _mark(cls: Any = None, **options: Any) -> Any:
    """Stands for ``attrs.define`` during the import."""
    ordinary = (
        type(cls) is type
        and not options
        and cls.__bases__ == (object,)
        and cls.__module__ == _TYPES
        and not {"__init__", "__slots__", "__attrs_attrs__"} & cls.__dict__.keys()
    )
    if not ordinary:
        _make_fields(cls)
        return _define(cls, **options)
    cls.__attrs_attrs__ = _FIELDS
    cls.__init__ = _first_init
    _waiting.add(cls)
    return cls


class _LateField:
    """What a field was declared with."""

    __slots__ = ("options",)

    def __init__(self, **options: Any) -> None:
        self.options = options


def _late_field(**options: Any) -> Any:
    """Stands for ``attrs.field`` during the import."""
    return _LateField(**options)


def _make_fields(cls: type) -> None:
    for name, value in list(vars(cls).items()):
        if isinstance(value, _LateField):
            setattr(cls, name, _field(**value.options))


class _Fields:
    """Stands for ``__attrs_attrs__`` until someone looks."""

    def __get__(self, _instance: object, owner: type) -> Any:
        for cls in owner.__mro__:
            _finish(cls)
        return owner.__attrs_attrs__  # type: ignore[attr-defined]


_FIELDS: Final = _Fields()


def _first_init(self: object, *args: Any, **kwargs: Any) -> None:
    """Stands for ``__init__`` until the first instance is made."""
    for cls in type(self).__mro__:
        if cls in _waiting:
            _finish(cls)
            init: Callable[..., None] = vars(cls)["__init__"]
            init(self, *args, **kwargs)
            return
    own: Callable[..., None] = type(self).__init__
    own(self, *args, **kwargs)


def _finish(cls: type) -> None:
    with _lock:
        if cls not in _waiting:
            return
        _waiting.discard(cls)
        del cls.__attrs_attrs__  # type: ignore[attr-defined]
        del cls.__init__  # type: ignore[misc]
        _make_fields(cls)
        _define(cls, slots=False)
        if _module is not None:
            attrs.resolve_types(cls, _module.ALL_TYPES_MAP, {})
