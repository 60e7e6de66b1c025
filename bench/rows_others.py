"""pypiserver with the same packages, where it is installed: as it comes, and without a password."""

import shutil
import subprocess

import loads
import packages
from servers import Running, free_port

ROWS = ("others",)


class PypiServer(Running):
    def __init__(self, folder):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["pypi-server", "run", f"--port={self.port}", "--interface=127.0.0.1", "--authenticate=.", "--passwords=.", str(folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.wait_for("/simple/project0/")


def run(bench):
    if not bench.wants("others"):
        return
    if not shutil.which("pypi-server"):
        bench.figures.note("pypiserver: not measured, as there is no pypi-server")
        return
    with PypiServer(bench.repository(100) / "cache" / "local" / "storage") as server:
        wheel = packages.wheel("project0", "1.0")[0]
        for key, what, path in (("page", "project page, 10 files, of 100 in all", "/simple/project0/"), ("file", "1 kB wheel", f"/packages/project0/{wheel}")):
            results = [loads.read(server, path, {}, 16, bench.seconds) for _ in range(bench.rounds)]
            bench.figures.add(f"pypiserver_{key}", f"pypiserver: {what}", [load.cpu for load in results], "µs of CPU")
            bench.figures.add(f"pypiserver_{key}_rate", "  with 16 connections", [load.rate for load in results], "/s")
