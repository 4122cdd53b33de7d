"""The machine under the desk: folders, settings, keyring, logs, one instance, printer. No Qt, no database."""
