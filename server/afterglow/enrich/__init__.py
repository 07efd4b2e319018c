"""The idle twin: a process of its own that asks a language model while nobody is at the keyboard.

Invariant: the only room that knows a model exists. Nothing it makes is shown by it, or on the turn that it
was made for; it may be killed at any instant.
"""
