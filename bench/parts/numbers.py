"""Small statistics, the table's rows, and how numbers are written."""

import statistics
from dataclasses import dataclass


def median(values) -> float:
    return statistics.median(values)


def p95(values) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


@dataclass
class Row:
    """One line: what, tsp's and ours as text, the number the target is about, and the bounds on it."""

    what: str
    tsp: str
    ours: str
    value: float
    must: float
    aim: float | None = None
    unit: str = "×"
    more_is_better: bool = False

    def verdict(self) -> str:
        def holds(bound):
            return self.value >= bound if self.more_is_better else self.value <= bound

        if not holds(self.must):
            return "MISSED"
        return "aim missed" if self.aim is not None and not holds(self.aim) else "ok"

    def target(self) -> str:
        sign = "≥" if self.more_is_better else "≤"
        text = f"{sign} {self.must:g}{self.unit}"
        return text if self.aim is None else f"{text}, aim {self.aim:g}"


def table(rows: list[Row]) -> str:
    head = ["measurement", "tsp", "q", "value", "target", ""]
    lines = [[r.what, r.tsp, r.ours, f"{r.value:.2f}{r.unit}", r.target(), r.verdict()] for r in rows]
    widths = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]
    def write(cells):
        return "| " + " | ".join(c.ljust(w) for c, w in zip(cells, widths)) + " |"

    return "\n".join([write(head), "|" + "|".join("-" * (w + 2) for w in widths) + "|", *map(write, lines)])
