"""The program's door: `python -m kotaconsole` and the installed command `kotaconsole`."""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run what the arguments ask for; returns the exit status."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["sounder"]:
        # the alarm's own process must sound within moments of its start: nothing else is imported for it
        from kotaconsole.sounder.main import main as sounder

        return sounder(words[1:])
    from kotaconsole.cli import main as command_line

    return command_line(words)


if __name__ == "__main__":
    sys.exit(main())
