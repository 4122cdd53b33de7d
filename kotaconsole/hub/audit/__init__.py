"""Who did what, as a chain that shows every tampering."""
