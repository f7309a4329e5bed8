"""The cost curve as a picture: what a store takes as its log grows. Written as SVG by hand, so that
nothing needs to be installed to draw it."""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, PANEL_HEIGHT, HEAD = 900, 230, 64
COLUMNS = 2
LEFT, RIGHT, TOP, BOTTOM = 58, 128, 44, 36
# Told apart by those who do not see all colours (Okabe and Ito), and seen on white and on black.
COLOURS = [
    ("#0072b2", "#56b4e9"),
    ("#c44e00", "#f0883e"),
    ("#008060", "#2dbd94"),
    ("#b0528c", "#d98cbc"),
]

STYLE = """
  text { font: 12px system-ui, -apple-system, 'Segoe UI', Helvetica, sans-serif; fill: #24292f }
  .title { font-size: 18px; font-weight: 600 }
  .panel { font-size: 13px; font-weight: 600 }
  .quiet { fill: #57606a; font-size: 11px; font-weight: 400 }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .paper { fill: #ffffff }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round }
@ON_LIGHT@
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .quiet { fill: #9198a1 }
    .grid { stroke: #30363d }
    .paper { fill: #0d1117 }
@ON_DARK@
  }
"""


def style():
    """With the colours of lines, dots and their labels, for light and for dark."""

    def rules(kind):
        return "\n".join(
            f"  .dot{number}, text.dot{number} {{ fill: {colours[kind]} }}"
            f" .line{number} {{ stroke: {colours[kind]} }}"
            for number, colours in enumerate(COLOURS)
        )

    return STYLE.replace("@ON_LIGHT@", rules(0)).replace("@ON_DARK@", rules(1))


@dataclass
class Series:
    """One line: how it is called, and for each point its value, if it was measured."""

    name: str
    values: list


@dataclass
class Panel:
    title: str
    unit: str
    series: list


def picture(measured):
    """The whole picture of what `tools/bench curve --json` has measured."""
    points = sorted(measured["curve"], key=lambda point: point["events"])
    shown = [panel for panel in panels(points) if any(any_value(line) for line in panel.series)]
    rows = math.ceil(len(shown) / COLUMNS)
    height = HEAD + rows * PANEL_HEIGHT + 10
    events = [point["events"] for point in points]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        "<title>What a store takes as its log grows</title>",
        f"<style>{style()}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}" rx="6"/>',
        text(24, 30, "What a store takes as its log grows", "title"),
        text(24, 50, caption(measured), "quiet"),
    ]
    for number, panel in enumerate(shown):
        x = (number % COLUMNS) * WIDTH / COLUMNS
        y = HEAD + number // COLUMNS * PANEL_HEIGHT
        parts += drawn(panel, events, x, y)
    return "\n".join([*parts, "</svg>"]) + "\n"


def caption(measured):
    machine = measured["machine"]
    cores = f"{machine['cores']} cores, {machine['memoryGibibytes']} GiB"
    return f"{measured['command']} · {cores}, {measured['at'][:10]} · across: events in the log"


def panels(points):
    def line(name, value):
        return Series(name, [found(value, point) for point in points])

    def query(name, key="p50Milliseconds"):
        return lambda point: point["queries"][name][key]

    def moment(name, kind, key):
        return lambda point: point["asof"][name][kind][key]

    return [
        Panel(
            "Rebuild: how fast",
            "events/s",
            [
                line("main three", lambda point: point["main"]["rate"]),
                line("all", lambda point: point["all"]["rate"]),
            ],
        ),
        Panel(
            "Rebuild: how long",
            "minutes",
            [
                line("main three", lambda point: point["main"]["seconds"] / 60),
                line("all", lambda point: point["all"]["seconds"] / 60),
            ],
        ),
        Panel(
            "Rebuild: memory at its peak",
            "MB",
            [
                line("main three", lambda point: point["main"]["memoryPeakMegabytes"]),
                line("all", lambda point: point["all"]["memoryPeakMegabytes"]),
            ],
        ),
        Panel(
            "One client's state at an earlier event",
            "ms",
            [
                line("half below", moment("PatientUserState", "warm", "p50Milliseconds")),
                line("99 % below", moment("PatientUserState", "warm", "p99Milliseconds")),
                line("half, from disk", moment("PatientUserState", "cold", "p50Milliseconds")),
            ],
        ),
        Panel(
            "Queries about now, half below",
            "ms",
            [
                line("user state", query("PatientUserState")),
                line("access grants", query("AccessGrants")),
                line("activity log", query("ActivityLog")),
                line("audit, an hour", query("AuditTrail, an hour")),
            ],
        ),
        Panel(
            "Opening",
            "ms",
            [
                line("the log", lambda point: point["logOpeningMilliseconds"]),
                line("to an answer", lambda point: point["openingMilliseconds"]),
            ],
        ),
        Panel(
            "On the disk, for each event",
            "bytes",
            [
                line("as text", lambda point: point["plainBytesPerEvent"]),
                line("sealed", lambda point: point["logBytesPerEvent"]),
                line("main three", lambda point: point["main"]["bytesPerEvent"]),
                line("all projections", lambda point: point["all"]["bytesPerEvent"]),
            ],
        ),
        Panel(
            "On the disk, in all",
            "GB",
            [
                line("log", lambda point: point["logBytesPerEvent"] * point["events"] / 1e9),
                line(
                    "main three",
                    lambda point: point["main"]["bytesPerEvent"] * point["events"] / 1e9,
                ),
                line(
                    "all projections",
                    lambda point: point["all"]["bytesPerEvent"] * point["events"] / 1e9,
                ),
            ],
        ),
    ]


def found(value, point):
    """A value that an earlier version could not measure is left out of the picture."""
    try:
        return value(point)
    except KeyError:
        return None


def any_value(line):
    return any(value is not None for value in line.values)


def drawn(panel, events, x, y):
    """A panel: grid, labels and lines."""
    left, right = x + LEFT, x + WIDTH / COLUMNS - RIGHT
    top, bottom = y + TOP, y + PANEL_HEIGHT - BOTTOM
    values = [value for line in panel.series for value in line.values if value is not None]
    ticks = ticks_to(max(values))
    first, last = math.log10(events[0]), math.log10(events[-1])

    def across(count):
        share = (math.log10(count) - first) / (last - first) if last > first else 0.5
        return left + share * (right - left)

    def up(value):
        return bottom - value / ticks[-1] * (bottom - top)

    unit = f'<tspan class="quiet" dx="8">{escape(panel.unit)}</tspan>'
    title = f"{escape(panel.title)}{unit}</text>"
    parts = [f'<text class="panel" x="{x + 24:.1f}" y="{y + 22:.1f}">{title}']
    for tick in ticks:
        height = up(tick)
        line = f'x1="{left:.1f}" x2="{right:.1f}" y1="{height:.1f}" y2="{height:.1f}"'
        parts.append(f'<line class="grid" {line}/>')
        parts.append(text(left - 8, height + 4, shortened(tick), "quiet", "end"))
    for count in events:
        parts.append(text(across(count), bottom + 18, shortened(count), "quiet", "middle"))
    shown = [line for line in panel.series if any_value(line)]
    places = spread([up(last_of(line)) + 4 for line in shown])
    for number, (line, place) in enumerate(zip(shown, places)):
        parts += drawn_line(line, events, number, across, up)
        name = f"{line.name} {shortened(last_of(line))}"
        end = max(count for count, value in zip(events, line.values) if value is not None)
        parts.append(text(across(end) + 10, place, name, f"dot{number}"))
    return parts


def drawn_line(line, events, number, across, up):
    places = [
        (across(count), up(value))
        for count, value in zip(events, line.values)
        if value is not None
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = [f'<circle class="dot{number}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places]
    return [f'<polyline class="line line{number}" points="{path}"/>', *dots]


def last_of(line):
    return [value for value in line.values if value is not None][-1]


def spread(places, distance=15):
    """The same places, so far from each other that labels do not cover each other."""
    spread_places = list(places)
    order = sorted(range(len(places)), key=lambda number: places[number])
    for before, after in zip(order, order[1:]):
        least = spread_places[before] + distance
        spread_places[after] = max(spread_places[after], least)
    return spread_places


def ticks_to(value):
    """Round numbers from zero up to at least this one."""
    rough = max(value, 1e-9) / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough * 0.9999)
    count = math.ceil(value / step - 1e-9)
    return [step * number for number in range(max(count, 1) + 1)]


def shortened(value):
    """A number with few digits: `1.5 M`, `230 k`, `12`, `0.4`."""
    for size, suffix in ((1e9, " G"), (1e6, " M"), (1e4, " k")):
        if value >= size * 0.9995:
            scaled = value / (1e3 if suffix == " k" else size)
            return f"{scaled:.3g}{suffix}"
    if value >= 999.5:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def text(x, y, words, kind, anchor="start"):
    place = f'x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}"'
    return f"<text {place}>{escape(words)}</text>"
