"""The hub, over real HTTP on loopback."""
