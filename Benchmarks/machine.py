"""The machine, and the versions of what is measured."""
import os
import platform
import re
from pathlib import Path

from timing import Failure, output_of

NUMPY = """
import numpy
blas = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
print(numpy.__version__, "with", blas.get("openblas configuration") or blas["name"] + " " + blas["version"])
"""


def processor():
    text = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return model.group(1) if model else platform.machine()


def memory():
    return re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text()).group(1)


def system():
    names = platform.freedesktop_os_release()
    return f"{names['PRETTY_NAME']}, Linux {platform.release()}"


def version(arguments, pattern=r"(.*)"):
    try:
        return re.search(pattern, output_of(arguments)).group(1)
    except (Failure, OSError, AttributeError):
        return "none"


def description(tools, lapack):
    """Lines of markdown; `lapack` as lorabook records it."""
    load = os.getloadavg()[0]
    swift = version(["swift", "--version"], r"(Swift version \S+)")
    sqlite = version(["sqlite3", "--version"], r"(\S+)")
    openblas = version(["dpkg-query", "-W", "-f=${Version}", "libopenblas0"])
    busy = " (others were at work: take the times with care)" if load > 0.5 else ""
    lines = [
        f"machine: {processor()}, {os.cpu_count()} cores, {int(memory()) / 2**20:.0f} GB; {system()}",
        f"lorabook {version([tools.lorabook, '--version'])}, built by {swift}; it computes with {lapack}",
        f"peers: NumPy {version([tools.python, '-c', NUMPY])}; SQLite {sqlite}; C by {version(['gcc', '--version'])} "
        f"with Debian's OpenBLAS {openblas}",
        f"timed with {version(['hyperfine', '--version'])}; load at the start {load:.2f}{busy}",
    ]
    return "\n".join(f"- {line}" for line in lines)
