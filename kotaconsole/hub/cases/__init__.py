"""Cases: intake, commands, timeline, feeds."""
