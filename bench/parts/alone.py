"""What task-spooler has no counterpart for, or cannot do."""

import json
import os
import sqlite3
import time
from pathlib import Path

from .beside_tsp import Lab, warm
from .numbers import Row, median, ms, p95
from .queues import TaskSpooler

BENCH = Path(__file__).resolve().parent.parent
GPU = (
    "gpu index={0} uuid=GPU-00000000-0000-0000-0000-00000000000{0} name=\"NVIDIA H100 80GB HBM3\""
    " memory=81559MiB reserved=502MiB used=0MiB util=0 temp=35 power=70 minor={0}\n"
)


def gpus(count: int) -> str:
    return "driver version=580.159.04 cuda=13000\n" + "".join(GPU.format(i) for i in range(count))


def long_queue(lab: Lab):
    with lab.gpuq() as queue:
        warm(queue, 2000)
        fifo = queue.shut()
        empty = queue.spawn(300, queue.submit("true"))
        queue.spawn(4700, queue.submit("true"))
        full = queue.spawn(300, queue.submit("true"))
        listed = queue.spawn(10, queue.listing())
        queue.open_gate(fifo)
        queue.drained()
        yield Row("submit behind 5000 queued, against an empty queue", "blocks at 995",
                  f"{ms(median(full))} / {ms(median(empty))}", median(full) / median(empty), 1.2)
        yield Row("list, 5000 queued", "hangs", ms(median(listed)), median(listed) * 1000, 100, unit=" ms")


def first_answer(lab: Lab):
    theirs, ours = [], []
    for _ in range(5):
        with TaskSpooler(lab.tools) as tsp:
            theirs += tsp.spawn(1, tsp.submit("true"))
            tsp.drained()
        with lab.gpuq() as queue:
            ours += queue.spawn(1, queue.submit("true"))
            queue.drained()
    yield Row("first `true`, no daemon yet", ms(median(theirs)), ms(median(ours)), median(ours), 1.0, unit=" s")


def idle(lab: Lab):
    with lab.gpuq(gpus=gpus(8)) as queue:
        warm(queue, 20)
        daemon = queue.daemon()
        pids = [daemon["pid"], daemon["launcher_pid"]]
        time.sleep(10)  # what starting it left to do is over
        began, before = time.monotonic(), sum(map(cpu_seconds, pids))
        time.sleep(40)
        share = (sum(map(cpu_seconds, pids)) - before) / (time.monotonic() - began) * 100
        memory = sum(map(pss_mb, pids))
        yield Row("idle with 8 GPUs: share of a core", "0", f"{share:.2f} %", share, 1.0, unit=" %")
        yield Row("idle with 8 GPUs: memory (PSS) of qd and q-launch", "", f"{memory:.0f} MB", memory, 150, unit=" MB")


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError(f"process {pid} has no Pss line")


def restart(lab: Lab, jobs=100_000):
    with lab.gpuq() as queue:
        warm(queue, 1000)
        queue.stop()
        multiply(queue.dir / "q" / "journal.db", jobs)
        times = []
        for _ in range(3):
            times += queue.spawn(1, queue.submit("true"))
            queue.drained()
            count = len(json.loads(queue.run(queue.q, "list", "--json", "--all"))["jobs"])
            if count < jobs:
                raise RuntimeError(f"the daemon knows {count} jobs")
            queue.stop()
        yield Row("restart with 100,000 finished jobs, to the first answer", "loses them", ms(median(times)),
                  median(times), 2.0, unit=" s")


def multiply(database: Path, jobs: int):
    """Writes the rows of the finished jobs again under further ids, until there are so many."""
    with sqlite3.connect(database) as connection:
        (have,) = connection.execute("SELECT count(*) FROM job").fetchone()
        for copy in range(1, (jobs + have - 1) // have):
            connection.execute(f"INSERT INTO job SELECT id + {copy * have}, body FROM job WHERE id < {have}")
        (top,) = connection.execute("SELECT max(id) FROM job").fetchone()
        body = json.loads(connection.execute("SELECT body FROM ledger").fetchone()[0])
        key = next(key for key in body if key.lower().startswith("next"))
        body[key] = top + 1
        connection.execute("UPDATE ledger SET body = ?", (json.dumps(body, separators=(",", ":")),))
    connection.close()


def hand_over(lab: Lab):
    with lab.gpuq(gpus=gpus(1)) as queue:
        warm(queue, 300)
        plain = gaps_of_gpu_jobs(lab, queue, ["true"])
        yield Row("end of a GPU job → start of the next, GPU unused", "", f"{ms(median(plain))}, p95 {ms(p95(plain))}",
                  median(plain) * 1000, 100, unit=" ms")
        used = gaps_of_gpu_jobs(lab, queue, [lab.home / "libexec/gpuq/gpuq-sim-load", "1GiB", "0.05"])
        yield Row("the same, its memory to be given back", "", f"{ms(median(used))}, p95 {ms(p95(used))}",
                  median(used) * 1000, 200, unit=" ms")


def gaps_of_gpu_jobs(lab: Lab, queue, load) -> list[float]:
    stamps = queue.dir / "gpu-stamps"
    stamps.unlink(missing_ok=True)
    stamp = f"{lab.tools / 'stamp'} {stamps} 0"
    script = f"{stamp}; {' '.join(map(str, load))}; exec {stamp}"
    queue.spawn(40, [queue.q, "run", "--gpu", "sh", "-c", script])
    queue.drained()
    lines = sorted(tuple(map(int, line.split())) for line in stamps.read_text().splitlines())
    return [(after[0] - before[1]) / 1e9 for before, after in zip(lines[1::2], lines[2::2])]


def look(lab: Lab):
    """What a look at 8 GPUs costs, and each of its calls; the calls are printed beside the table."""
    with lab.gpuq(gpus=gpus(8)) as queue:
        java = Path(queue.run(lab.home / "libexec/gpuq/find-java").strip()) / "bin"
        jars = f"{lab.home}/lib/gpuq/*"
        classes = queue.dir / "classes"
        queue.run(java / "javac", "-cp", jars, "-d", classes, *(BENCH / "real-gpu").glob("*.java"))
        lines = queue.run(java / "java", "--enable-native-access=ALL-UNNAMED", "-cp", f"{classes}:{jars}", "PollCost",
                          queue.env["GPUQ_NVML"]).strip().splitlines()
    micros = json.loads(lines[-1])  # a line of the log may come first
    for name, cost in micros.items():
        print(f"  {name}: {cost:.1f} µs", flush=True)
    whole = micros["a whole look at all GPUs"] / 1000
    yield Row("a look at 8 simulated GPUs, processor and driver", "", f"{whole:.2f} ms", whole, 5, unit=" ms")


ALL = {"long-queue": long_queue, "first-answer": first_answer, "idle": idle, "restart": restart,
       "hand-over": hand_over, "look": look}
