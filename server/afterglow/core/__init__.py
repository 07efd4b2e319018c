"""Everything that decides. Invariant: nothing here knows a clock, a disk, chance or LSP."""
