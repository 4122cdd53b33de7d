"""What the site itself decides: its settings, its units and their phones."""
