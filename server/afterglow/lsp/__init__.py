"""The room that speaks LSP: framing, dispatch, and what the editor is told. No decision is made here.

Invariant: the protocol's classes are imported the quick way (see ``lean``), because this runs first.
"""

from afterglow.lsp import lean

lean.prepare()
