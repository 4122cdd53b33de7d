"""`kotaconsole hub ...`: the hub's command line. People, units and settings are administered here and nowhere else."""

from __future__ import annotations

from kotaconsole.hub.cli.entry import main
from kotaconsole.hub.cli.shared import find_resources

__all__ = ["find_resources", "main"]
