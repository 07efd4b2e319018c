"""Measurements. Ratios only: absolute times are the machine's."""
