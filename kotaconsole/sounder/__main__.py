"""`python -m kotaconsole.sounder`: the sounder by itself, for tests and for trying a device."""

import sys

from kotaconsole.sounder.main import main

sys.exit(main(sys.argv[1:]))
