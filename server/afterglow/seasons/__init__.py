"""A process of its own that writes a region's public holidays to the database, and ends.

Invariant: the only room that imports ``holidays``; nothing imports this room. It uses no network.
"""
