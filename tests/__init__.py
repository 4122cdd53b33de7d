"""The tests of kotaconsole."""
