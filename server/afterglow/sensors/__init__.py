"""What happens in a workspace, as its own files tell it.

Invariant: nothing here starts a foreign program, opens what a link leads to, or raises for what it
finds.
"""
