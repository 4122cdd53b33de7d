"""Windows and the parts they are made of."""
