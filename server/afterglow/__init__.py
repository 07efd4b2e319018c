"""Afterglow: an editor sidecar that says one short true line when one is welcome."""

__version__ = "0.1.0"
