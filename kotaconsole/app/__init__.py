"""The composition root of the console: the only place that constructs and stops things."""

from kotaconsole.app.options import Options
from kotaconsole.app.startup import run

__all__ = ["Options", "run"]
