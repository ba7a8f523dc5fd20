"""What both queues can do, measured in turns: one round tsp, one round q, and again."""

import subprocess
import time
from pathlib import Path

from .numbers import Row, median, ms, p95
from .queues import Gpuq, Queue, TaskSpooler


class Lab:
    """Where the tools are, and how to make a queue of each kind."""

    def __init__(self, tools: Path, home: Path, rounds: int):
        self.tools, self.home, self.rounds = tools, home, rounds

    def pair(self, slots=1) -> tuple[Queue, Queue]:
        return TaskSpooler(self.tools, slots), Gpuq(self.tools, self.home, slots)

    def gpuq(self, **how) -> Gpuq:
        return Gpuq(self.tools, self.home, **how)

    def turns(self, pair, measure) -> tuple[list, list]:
        """What measure gives for each of the pair, all rounds joined."""
        results = ([], [])
        for _ in range(self.rounds):
            for queue, result in zip(pair, results):
                result.extend(measure(queue))
        return results


def warm(queue: Queue, count=1000):
    """A daemon on the Java machine is slow for its first moments; people meet it warm."""
    queue.spawn(count, queue.submit("true"))
    queue.drained()


def submit(lab: Lab):
    tsp, ours = lab.pair()
    with tsp, ours:
        warm(tsp), warm(ours)

        def loop(queue):
            times = queue.spawn(1000, queue.submit("true"))
            queue.drained()
            return times

        a, b = lab.turns((tsp, ours), loop)
        yield row("submit `true`, 1000 in a loop, median", a, b, 1.5, 1.0)
        yield row("the same, p95", a, b, 3.0, 1.0, p95)

        def shell(queue):
            began = time.monotonic()
            words = " ".join(str(word) for word in queue.submit("true"))
            subprocess.run(
                ["sh", "-c", f"i=0; while [ $i -lt 300 ]; do {words} >/dev/null || exit 1; i=$((i+1)); done"],
                env=queue.env, cwd=queue.dir, check=True,
            )
            took = time.monotonic() - began
            queue.drained()
            return [took / 300]

        a, b = lab.turns((tsp, ours), shell)
        yield row("submit `true` in a shell's loop", a, b, 1.5, 1.0)


def listing(lab: Lab):
    tsp, ours = lab.pair()
    with tsp, ours:
        for queue in (tsp, ours):
            queue.spawn(300, queue.listing())
        have = 0
        for finished in (0, 1000, 5000):
            for queue in (tsp, ours):
                if finished > have:
                    queue.spawn(finished - have, queue.submit("true"))
                queue.drained()
            have = finished
            a, b = lab.turns((tsp, ours), lambda queue: queue.spawn(30, queue.listing()))
            # A listing of nothing is the price of a call; only the long one has to be won.
            yield row(f"list, {finished} finished", a, b, 1.0 if finished == 5000 else 1.5, 1.0)


def end_to_start(lab: Lab):
    tsp, ours = lab.pair()
    with tsp, ours:
        warm(tsp, 300), warm(ours, 300)
        a, b = lab.turns((tsp, ours), lambda queue: gaps(queue, queue.submit, 150))
        yield row("end of a job → start of the next, median", a, b, 2.0, 1.0)
        yield row("the same, p95", a, b, 2.0, 1.0, p95)


def gaps(queue: Queue, submit, count: int) -> list[float]:
    """Seconds from each job's end to the next one's beginning, while all wait in line."""
    stamps = queue.dir / "stamps"
    stamps.unlink(missing_ok=True)
    fifo = queue.shut()
    queue.spawn(count, submit(queue.tools / "stamp", stamps, "5"))
    queue.open_gate(fifo)
    queue.drained()
    lines = sorted(tuple(map(int, line.split())) for line in stamps.read_text().splitlines())
    if len(lines) != count:
        raise RuntimeError(f"{queue.name}: {len(lines)} of {count} jobs ran")
    return [(after[0] - before[1]) / 1e9 for before, after in zip(lines, lines[1:])]


def drain(lab: Lab):
    for slots in (1, 8):
        tsp, ours = lab.pair(slots)
        with tsp, ours:
            warm(tsp, 500), warm(ours, 500)
            a, b = lab.turns((tsp, ours), lambda queue: [drain_rate(queue, slots)])
            yield Row(
                f"drain of 900 queued `true`, {slots} slot{'s' * (slots > 1)}",
                f"{median(a):.0f}/s", f"{median(b):.0f}/s", median(b) / median(a), 0.7, 1.0, more_is_better=True,
            )


def drain_rate(queue: Queue, slots: int, count=900) -> float:
    stamps = queue.dir / "stamps"
    stamps.unlink(missing_ok=True)
    fifo = queue.shut(slots)
    queue.spawn(count - slots, queue.submit("true"))
    # The last ones, one for each slot, tell when the queue was empty.
    queue.spawn(slots, queue.submit(queue.tools / "stamp", stamps, "0"))
    began = queue.open_gate(fifo)
    queue.drained()
    ended = max(int(line.split()[1]) for line in stamps.read_text().splitlines())
    return count / ((ended - began) / 1e9)


def row(what, tsp, ours, must, aim, measure=median) -> Row:
    a, b = measure(tsp), measure(ours)
    return Row(what, ms(a), ms(b), b / a, must, aim)


ALL = {"submit": submit, "list": listing, "end-to-start": end_to_start, "drain": drain}
