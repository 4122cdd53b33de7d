"""kotaconsole: the desktop console of a police command centre that watches over students in distress."""

__version__ = "0.1.0"
