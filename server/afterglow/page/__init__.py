"""The page of ``afterglow report --html``: one document that needs nothing else, for a browser or a webview.

Invariant: it is made of figures that were read before; nothing here reads the store, and what it shows of
other people's text is cleaned and escaped. No process but the command's ever loads this room.
"""
