"""Classes that are finished late must be what the ordinary import makes of them; each in its own process."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from afterglow.lsp.client_view import ClientView, as_json
from tests.support.rawclient import server_env

DESCRIBE = r"""
import copy, inspect, json, pickle, re, sys

if sys.argv[1] == "lean":
    from afterglow.lsp import lean
    assert lean.prepare() and lean.unfinished() > 400, lean.unfinished()
import attrs, enum
from lsprotocol import converters, types

converter = converters.get_converter()
plain = lambda value: re.sub(r"0x[0-9a-f]+", "0x", repr(value))

def describe(cls):
    fields = [
        (f.name, plain(f.default), plain(f.validator), plain(f.converter), plain(f.eq), plain(f.order),
         plain(f.hash), f.init, f.kw_only, f.alias, plain(f.type), plain(f.on_setattr), f.repr)
        for f in attrs.fields(cls)
    ]
    return {
        "fields": fields, "signature": str(inspect.signature(cls)), "match": cls.__match_args__,
        "hash": cls.__hash__ is None, "eq": "__eq__" in vars(cls), "lt": "__lt__" in vars(cls),
        "repr": "__repr__" in vars(cls), "doc": cls.__doc__, "name": cls.__qualname__,
        "module": cls.__module__, "sample": sample(cls),
    }

def sample(cls):
    # A class may be met first by making one, by looking at it, or from unpickled data.
    given = {f.alias: None if f.validator is None else 1 for f in attrs.fields(cls)
             if f.default is attrs.NOTHING and f.init}
    try:
        one = cls(**given)
    except (TypeError, ValueError) as error:
        return [type(error).__name__, plain(str(error))]
    seen = [plain(one), one == copy.copy(one), one == copy.deepcopy(one), one != object(),
            pickle.loads(pickle.dumps(one)) == one, plain(attrs.evolve(one)), one == cls(**given)]
    for f in attrs.fields(cls):
        try:
            setattr(one, f.name, "text")
            seen.append((f.name, plain(one), one == cls(**given)))
        except Exception as error:
            seen.append((f.name, type(error).__name__))
    return seen

names = sorted(n for n, c in vars(types).items() if isinstance(c, type) and attrs.has(c))
if sys.argv[1] == "lean":
    assert lean.unfinished() < 5  # attrs.has has looked at them all
report = {name: describe(getattr(types, name)) for name in names}
message = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"processId": 1, "rootUri": None, "capabilities": {
        "general": {"positionEncodings": ["utf-8", "utf-16"]},
        "workspace": {"inlayHint": {"refreshSupport": True}, "workspaceFolders": True},
        "textDocument": {"hover": {"contentFormat": ["markdown"]}}},
        "workspaceFolders": [{"uri": "file:///a", "name": "a"}]},
}
structured = converter.structure(message, types.InitializeRequest)
report["(structured)"] = plain(structured)
report["(back)"] = converter.unstructure(structured)
here, there = types.Position(1, 2), types.Position(1, 3)
label = [types.InlayHintLabelPart(value="v")]
hint = types.InlayHint(position=here, label=label, kind=types.InlayHintKind.Type)
report["(hint)"] = converter.unstructure(hint)
report["(ordered)"] = [here < there, plain(here)]
report["(bad)"] = []
for bad in ({"line": "x", "character": 1}, {"line": -1, "character": 1}, {}):
    try:
        converter.structure(bad, types.Position)
    except Exception as error:
        report["(bad)"].append(type(error).__name__)
class Mine(types.WorkDoneProgressOptions):
    pass
report["(subclass)"] = plain(Mine(work_done_progress=True))
json.dump(report, sys.stdout)
"""


def run(code: str, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *args], env=server_env(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_class_is_as_the_ordinary_import_makes_it() -> None:
    lean, ordinary = (json.loads(run(DESCRIBE, kind)) for kind in ("lean", "ordinary"))
    assert len(ordinary) > 550
    assert lean.keys() == ordinary.keys()
    for name, wanted in ordinary.items():
        assert lean[name] == wanted, name


FIRST_USE = r"""
from afterglow.lsp import lean
from lsprotocol import types
import attrs, inspect
before = lean.unfinished()
assert before > 400
{use}
assert lean.unfinished() < before, "nothing was finished"
"""


@pytest.mark.parametrize(
    "use",
    [
        "assert types.Location('u', types.Range(types.Position(1, 2), types.Position(1, 3))).uri == 'u'",
        "assert [f.name for f in attrs.fields(types.Location)] == ['uri', 'range']",
        "assert attrs.has(types.Hover)",
        "import copy; assert copy.deepcopy(types.Command('t', 'c')) == types.Command('t', 'c')",
        "class C(types.Command): pass\nassert C('t', 'c').title == 't'",
        "match types.Command('t', 'c'):\n    case types.Command(title=t): assert t == 't'",
    ],
)
def test_any_first_use_finishes_a_class(use: str) -> None:
    run(FIRST_USE.replace("{use}", use))


def test_most_classes_stay_unfinished_when_a_server_starts() -> None:
    code = """
from afterglow.lsp.wire import SidecarServer
from afterglow.lsp import lean
server = SidecarServer("n", "1")
server.raw_request("textDocument/inlayHint", lambda params: [])
server.initialize({"capabilities": {"general": {"positionEncodings": ["utf-8"]}}})
print(lean.unfinished())
import sys
print([name for name in ("watchdog", "sqlite3", "anthropic") if name in sys.modules])
"""
    left, heavy = run(code).splitlines()
    assert int(left) > 500
    assert heavy == "[]"


@pytest.mark.parametrize(
    "arrange",
    [
        "lean._EXPECTED_PROTOCOL = '9.9'",
        "lean._FEWEST_CLASSES = 10_000",
        "lean._finish = lambda cls: None",
        "lean._mark = None",
    ],
)
def test_a_surprise_leads_to_the_ordinary_import(arrange: str) -> None:
    code = """
import importlib.util, sys
from importlib.machinery import SourceFileLoader
import attrs
real = attrs.define
spec = importlib.util.find_spec("afterglow")
path = spec.submodule_search_locations[0] + "/lsp/lean.py"
lean = SourceFileLoader("lean", path).load_module()
ARRANGE
assert lean.prepare() is False
attrs.define = real
from lsprotocol import types
from pygls.lsp.server import LanguageServer
assert types.Position(1, 2) == types.Position(1, 2) and types.Position.__slots__
assert attrs.define is real
LanguageServer("n", "1")
"""
    run(code.replace("ARRANGE", arrange))


def test_it_does_nothing_where_it_comes_too_late() -> None:
    run("""
from lsprotocol import types
from afterglow.lsp import lean
assert lean.prepare() is False and lean.unfinished() == 0
from afterglow.lsp.wire import SidecarServer
SidecarServer("n", "1").initialize({})
""")


def test_tls_is_missing_in_asyncio_only() -> None:
    run("""
import sys
from afterglow.lsp import lean
assert "asyncio" in sys.modules and "ssl" not in sys.modules
import ssl
assert ssl.create_default_context()
import asyncio
asyncio.run(asyncio.sleep(0))
""")


# The views that spare a start the converters


@pytest.mark.parametrize("raw", [None, 5, [], {}, {"workspace": 5}, {"workspace": {"inlayHint": None}}])
def test_a_client_may_send_anything(raw: Any) -> None:
    from pygls.capabilities import get_capability

    view: Any = ClientView(raw)
    assert get_capability(view, "workspace.inlay_hint.refresh_support") is None


def test_a_view_reads_the_protocol_names() -> None:
    view = ClientView({"workspace": {"inlayHint": {"refreshSupport": True}, "executeCommand": {}}})
    assert view.workspace.inlay_hint.refresh_support is True
    assert view.workspace.execute_command.raw == {}
    assert view.text_document is None


def test_capabilities_are_written_as_the_converter_writes_them() -> None:
    from lsprotocol import converters, types
    from pygls.capabilities import ServerCapabilitiesBuilder

    methods = {name for name in types.METHOD_TO_TYPES if name.startswith(("textDocument/", "workspace/"))}
    for some in (methods, {types.TEXT_DOCUMENT_INLAY_HINT}, set()):
        builder: Any = ServerCapabilitiesBuilder(
            types.ClientCapabilities(), some, {}, ["a", "b"], types.TextDocumentSyncKind.Incremental
        )
        built = builder.build()
        assert as_json(built) == json.loads(
            json.dumps(converters.get_converter().unstructure(built, types.ServerCapabilities))
        )
