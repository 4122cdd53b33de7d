"""The database file: tables, migrations, one writer, readers."""
