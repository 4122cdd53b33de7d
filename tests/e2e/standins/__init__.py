"""Stand-ins for hub and window, so that the audit itself can be audited without the program."""
