"""What the operator sees and presses. Talks to the rest of the console through one facade, `desk.Desk`."""
