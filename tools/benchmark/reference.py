"""What SQLite alone takes for a rebuild: tools/SQLiteReference, given the same statements."""

import contextlib
import json
import pathlib
import sqlite3

from .figures import Unavailable
from .store import output

SOURCE = pathlib.Path(__file__).parent.parent / "SQLiteReference/reference.c"


class Reference:
    """The C program, built for this run against the SQLite that Daybook uses."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._program = self.directory / "reference"
        try:
            output("cc", "-O2", "-o", self._program, SOURCE, "-lsqlite3")
        except FileNotFoundError:
            raise Unavailable("there is no C compiler, cc") from None

    def measure(self, store, projection):
        """What the C program took for the rows of a projection, which are the same as a rebuild's.

        The recording and both files are removed again: they are as large as the log.
        """
        recording, built, made = (
            self.directory / f"{projection}.{kind}" for kind in ("rows", "built", "made")
        )
        try:
            words = ["--projection", projection, "--into", recording, "--database", built]
            output(store.programs.logbench, "record-rebuild", store.directory, *words)
            found = json.loads(output(self._program, recording, made))
            if table := different_table(built, made):
                raise RuntimeError(f"{projection}: the reference has other rows in {table}")
            return found
        finally:
            for file in self.directory.glob(f"{projection}.*"):
                file.unlink()


def different_table(left, right):
    """A table whose rows differ in two files; nothing, where none does. What the engine keeps of
    itself is no part of it."""
    with contextlib.closing(sqlite3.connect(left)) as db:
        db.execute("attach ? as other", [str(right)])
        names = db.execute(
            "select name from sqlite_schema where type = 'table' and name not like 'daybook%'"
        )
        for (name,) in names.fetchall():
            for one, two in (("main", "other"), ("other", "main")):
                missing = f"select * from {one}.{name} except select * from {two}.{name} limit 1"
                if db.execute(missing).fetchone():
                    return name
    return None
