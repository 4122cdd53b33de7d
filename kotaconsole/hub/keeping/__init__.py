"""How long things are kept, and how they are erased so that nothing of them is left on the disk."""
