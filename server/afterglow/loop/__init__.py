"""The loop of one editor window: it holds the state, records what happens and runs the turns.

Invariant: threads reach it only through ``deliver``; everything else runs on one thread.
"""
