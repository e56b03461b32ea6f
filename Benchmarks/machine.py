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


def file_system(folder):
    name = version(["findmnt", "-n", "-o", "FSTYPE", "-T", folder])
    in_memory = name in ("tmpfs", "ramfs")
    return name + (" (in memory: no commit waits for a disk; set TMPDIR to a folder on one)" if in_memory else "")


def commit():
    return version(["git", "-C", Path(__file__).parent, "describe", "--always", "--dirty", "--exclude=*"])


def description(tools, lapack, folder):
    """Lines of markdown on what is measured, with which LAPACK lorabook says that it computes, and where."""
    swift = version(["swift", "--version"], r"(Swift version \S+)")
    sqlite = version(["sqlite3", "--version"], r"(\S+)")
    openblas = version(["dpkg-query", "-W", "-f=${Version}", "libopenblas0"])
    lines = [
        f"machine: {processor()}, {os.cpu_count()} cores, {int(memory()) / 2**20:.0f} GB; {system()}",
        f"lorabook {version([tools.lorabook, '--version'])}, sources at commit {commit()}, built by {swift}; "
        f"it computes with {lapack}",
        f"peers: NumPy {version([tools.python, '-c', NUMPY])}; SQLite {sqlite}; C by {version(['gcc', '--version'])} "
        f"with Debian's OpenBLAS {openblas}",
        f"timed with {version(['hyperfine', '--version'])}; books and files on {file_system(folder)}",
    ]
    return "\n".join(f"- {line}" for line in lines)


def course(seconds, load):
    """A line of markdown on how the run went; `load` was before it."""
    busy = " (others were at work: take the times with care)" if load > 0.5 else ""
    return f"- took {seconds:.0f} s; load average {load:.2f} before{busy}, {os.getloadavg()[0]:.2f} at the end"
