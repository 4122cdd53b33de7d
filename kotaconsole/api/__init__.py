"""The way to the hub: the only room that speaks HTTP."""
