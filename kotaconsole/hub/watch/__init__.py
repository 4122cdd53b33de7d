"""The hub's own clock: what happens without anybody asking."""
