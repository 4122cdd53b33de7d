"""Who may come in: people, sessions, passwords."""
