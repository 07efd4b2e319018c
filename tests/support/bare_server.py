"""A default pygls server with one feature: what a language server costs when nothing is done about it."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "1")


@server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
def hints(params: types.InlayHintParams) -> list[types.InlayHint]:
    position = types.Position(line=params.range.start.line, character=0)
    return [types.InlayHint(position=position, label="a hint")]


if __name__ == "__main__":
    server.start_io()
