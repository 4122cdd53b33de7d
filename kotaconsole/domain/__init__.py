"""The rules of the desk: pure standard library, frozen values, no I/O and no clock of its own."""
