"""The two queues under measurement, each in a directory of its own: how to start, ask and end them."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

VARIABLES = ("GPUQ_DIR", "GPUQ_SOCKET", "TS_SOCKET", "TS_SLOTS", "TS_MAXFINISHED", "TMPDIR", "GPUQ_SIM", "GPUQ_NVML")


class Queue:
    """A queue in a temporary directory. Ended, with all that it started, when the block is left."""

    name: str

    def __init__(self, tools: Path):
        self.tools = tools
        self.dir = Path(tempfile.mkdtemp(prefix="gpuq-bench-"))
        self.env = {k: v for k, v in os.environ.items() if k not in VARIABLES}
        # Whoever runs in this directory has its name in the environment: that is how the last processes are found.
        self.env["TMPDIR"] = str(self.dir)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.stop()
            for attempt in range(100):
                left = self.processes()
                if not left:
                    break
                for pid in left:
                    try:
                        os.kill(pid, signal.SIGTERM if attempt < 50 else signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                time.sleep(0.1)
        finally:
            shutil.rmtree(self.dir, ignore_errors=True)

    def processes(self) -> list[int]:
        mark = f"TMPDIR={self.dir}\0".encode()
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    if mark in (entry / "environ").read_bytes():
                        found.append(int(entry.name))
                except OSError:
                    pass
        return found

    def stop(self):
        raise NotImplementedError

    def submit(self, *words) -> list[str]:
        """The command line that queues words."""
        raise NotImplementedError

    def listing(self) -> list[str]:
        raise NotImplementedError

    def unfinished(self) -> int:
        raise NotImplementedError

    def run(self, *words) -> str:
        done = subprocess.run(words, env=self.env, cwd=self.dir, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr.strip() or done.returncode}")
        return done.stdout

    def spawn(self, count: int, words) -> list[float]:
        """Runs the command so many times; seconds of each."""
        return [int(line) / 1e9 for line in self.run(self.tools / "spawn", str(count), *words).split()]

    def drained(self, patience=120):
        """Waits until nothing is queued or runs."""
        until = time.monotonic() + patience
        while self.unfinished() > 0:
            if time.monotonic() > until:
                raise RuntimeError(f"{self.name} did not finish its jobs in {patience} s")
            time.sleep(0.1)

    def shut(self, slots=1) -> Path:
        """Takes every slot until the fifo that this returns is opened by open_gate."""
        fifo = Path(tempfile.mktemp(prefix="gate-", dir=self.dir))
        os.mkfifo(fifo)
        for _ in range(slots):
            self.run(*self.submit(self.tools / "gate", fifo))
        return fifo

    @staticmethod
    def open_gate(fifo: Path) -> int:
        """Lets all the gates end; the monotonic nanoseconds at that moment."""
        fd = os.open(fifo, os.O_WRONLY)  # waits for the first of them
        time.sleep(0.3)  # for the others
        now = time.monotonic_ns()
        os.close(fd)
        return now


class TaskSpooler(Queue):
    name = "tsp"

    def __init__(self, tools: Path, slots=1):
        super().__init__(tools)
        self.env |= {"TS_SOCKET": str(self.dir / "socket"), "TS_SLOTS": str(slots), "TS_MAXFINISHED": "20000"}
        self.tsp = shutil.which("tsp")

    def submit(self, *words):
        return [self.tsp, *words]

    def listing(self):
        return [self.tsp, "-l"]

    def unfinished(self):
        lines = self.run(*self.listing()).splitlines()[1:]
        return sum(1 for line in lines if line.split()[1] in ("queued", "running"))

    def stop(self):
        self.run(self.tsp, "-K")


class Gpuq(Queue):
    name = "q"

    def __init__(self, tools: Path, home: Path, slots=1, gpus="", extra=""):
        super().__init__(tools)
        self.q = home / "bin" / "q"
        self.env["GPUQ_DIR"] = str(self.dir / "q")
        (self.dir / "q").mkdir()
        (self.dir / "q" / "gpuq.toml").write_text(
            f"[jobs]\nslots = {slots}\nkeep_ended = 200000\n[metrics]\nport = 0\n{extra}"
        )
        if gpus:
            (self.dir / "gpus").write_text(gpus)
            self.env |= {
                "GPUQ_SIM": str(self.dir / "gpus"),
                "GPUQ_NVML": str(home / "lib/gpuq/simulator/libnvidia-ml.so.1"),
            }

    def submit(self, *words):
        return [self.q, *words]

    def listing(self):
        return [self.q, "-l"]

    def unfinished(self):
        jobs = json.loads(self.run(self.q, "list", "--json"))["jobs"]
        return sum(1 for job in jobs if job["state"] in ("queued", "starting", "running"))

    def daemon(self) -> dict:
        return json.loads(self.run(self.q, "daemon", "status", "--json"))["daemon"]

    def stop(self):
        socket = self.dir / "q" / "q.sock"
        try:
            if socket.exists():
                self.run(self.q, "daemon", "stop")
        except RuntimeError:
            if socket.exists():  # else it was about to end by an earlier word
                raise
