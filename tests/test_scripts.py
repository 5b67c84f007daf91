"""
The maintainers' scripts run against the bundled data.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import therapycodes as tc
from therapycodes._loading import DataFiles, bundled_root


SCRIPTS = Path(__file__).parent.parent / "scripts"


class TestCountStanding:
    """
    `count_standing.py` prints one table of what the data state, by standing.
    """

    def test_table(self):
        """
        There is a row for each standing, each row adds up, and so does each column.
        """
        done = subprocess.run(
            [sys.executable, str(SCRIPTS / "count_standing.py")],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

        assert (0, "") == (done.returncode, done.stderr)

        heads, *rows = [line.split() for line in done.stdout.splitlines()]
        numbers = [[int(cell) for cell in row[1:]] for row in rows]

        assert [
            "standing",
            "facts",
            "history",
            "statements",
            "parameters",
            "amounts",
            "rules",
            "requirements",
            "total",
        ] == heads
        assert [*tc.Standing, "total"] == [row[0] for row in rows]
        assert all(row[-1] == sum(row[:-1]) for row in numbers)
        assert numbers[-1] == [sum(column) for column in zip(*numbers[:-1], strict=True)]
        assert len(DataFiles(bundled_root()).rules()) == numbers[-1][heads.index("rules") - 1]
        assert sum(len(code.metadata.statements) for code in tc.codes()) == numbers[-1][heads.index("statements") - 1]
