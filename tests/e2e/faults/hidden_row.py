"""The console with one fault: as soon as a case stands in the list, its line is hidden.

``python -m tests.e2e.faults.hidden_row NUMBER [words of the console]``; NUMBER as the list shows it.
"""

from __future__ import annotations

import sys

from typing_extensions import override

from kotaconsole.__main__ import main
from kotaconsole.ui.models.columns import Column
from kotaconsole.ui.views import case_list
from kotaconsole.ui.views.case_table import CaseTable

HIDDEN = sys.argv.pop(1)


class LosingTable(CaseTable):
    """Hides one line at each tick of the second."""

    @override
    def tick(self) -> None:
        super().tick()
        for line in range(self.model().rowCount()):
            if self.model().index(line, Column.NUMBER).data() == HIDDEN:
                self.setRowHidden(line, True)


setattr(case_list, "CaseTable", LosingTable)  # noqa: B010 - the fault, planted where the name is looked up

if __name__ == "__main__":
    sys.exit(main())
