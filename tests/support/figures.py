"""What the kernel counts of a process (Linux): memory, CPU, wake-ups, descriptors.

Each function raises OSError or AssertionError where the process has ended.
"""

from __future__ import annotations

from pathlib import Path


def memory_kb(pid: int, name: str) -> int:
    """A size by its name in ``/proc/PID/status`` (``VmRSS``, ``VmHWM``, ``VmSize``), in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise AssertionError(f"no {name}: the process has ended")


def cpu_seconds(pid: int) -> float:
    """CPU time so far, all threads that still run, in nanosecond steps where the kernel has them."""
    return _scheduled(pid, 0) / 1e9


def wakeups(pid: int) -> int:
    """How often its threads have been switched in."""
    return _scheduled(pid, 2)


def ticks(pid: int) -> int:
    """CPU time so far in clock ticks, threads that have ended included."""
    # The name in parentheses may hold anything, so the fields are counted from its end.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def descriptors() -> int:
    """How many file descriptors this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def _scheduled(pid: int, field: int) -> int:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[field]) for task in tasks)
