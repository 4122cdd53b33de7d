"""Measurements. Each is a ratio to a floor taken in the same run; see ``tests.bench.figures``."""
