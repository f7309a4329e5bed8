"""Tables as aligned text and as Markdown."""

import math


def number(value):
    """A number with as many digits as anybody reads; a text stays what it is."""
    if isinstance(value, str):
        return value
    if value is None or math.isnan(value):
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


class Table:
    """Rows under a title and a head."""

    def __init__(self, title, head):
        self.title = title
        self.head = head
        self.rows = []

    def add(self, *cells):
        assert len(cells) == len(self.head), (cells, self.head)
        self.rows.append([number(cell) for cell in cells])

    def text(self):
        """Numbers to the right, texts to the left, columns as wide as they must be."""
        rows = [self.head] + self.rows
        widths = [max(len(row[place]) for row in rows) for place in range(len(self.head))]
        lines = ["  ".join(self._padded(row, widths)).rstrip() for row in rows]
        lines.insert(1, "  ".join("─" * width for width in widths))
        return "\n".join([self.title, *lines])

    def markdown(self):
        marks = ["--:" if self._is_numeric(place) else "---" for place in range(len(self.head))]
        rows = [self.head, marks] + self.rows
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([f"**{self.title}**", "", *lines])

    def _padded(self, row, widths):
        return [
            cell.rjust(width) if self._is_numeric(place) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths))
        ]

    def _is_numeric(self, place):
        """Whether most of a column are numbers."""
        cells = [row[place] for row in self.rows]
        count = sum(cell == "–" or cell[:1].isdigit() for cell in cells)
        return bool(cells) and count * 2 >= len(cells)
