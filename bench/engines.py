"""PostgreSQL and Ceph's object gateway, as Debian has them, started for a measurement on the loopback and gone with it."""

import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys

from servers import free_port

ACCESS_KEY, SECRET_KEY, BUCKET = "bench", "secret-of-the-bench", "packages"
CEPH = pathlib.Path(__file__).resolve().parent.parent / "tests" / "Integration" / "Support" / "Engines" / "ceph.sh"


def unmet():
    """What is missing on this machine; None where nothing is."""
    if not programs():
        return "PostgreSQL: apt-get install postgresql"
    if not all(shutil.which(program) for program in ("radosgw", "ceph-mon", "ceph-osd", "curl")):
        return "Ceph: apt-get install radosgw ceph-mon ceph-osd ceph-common curl"
    return None


def programs():
    return max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), default=None)


class PostgreSql:
    """With the settings that it comes with, so that a commit is on the disk."""

    def __init__(self, folder):
        self.port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        data = folder / "postgresql"
        data.mkdir()
        if os.getuid() == 0:  # as which it refuses to run
            folder.chmod(0o755)
            shutil.chown(data, "nobody")
        self.run(programs() / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.process = subprocess.Popen(
            [*self.user(), programs() / "postgres", "-D", data, "-p", str(self.port), "-k", "", "-h", "127.0.0.1"],
            cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.run(programs() / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port), tries=200)

    def query(self, sql):
        return self.run(programs() / "psql", self.url, "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", sql).strip()

    def run(self, *command, tries=1):
        for _ in range(tries):
            done = subprocess.run([*self.user(), *command], cwd="/", capture_output=True, text=True)
            if done.returncode == 0:
                return done.stdout
        sys.exit(f"{command[0]}: {done.stdout}{done.stderr}")

    @staticmethod
    def user():
        return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []

    def close(self):
        self.process.send_signal(signal.SIGINT)  # without waiting for clients
        self.process.wait()


class Ceph:
    """In memory: what is measured is pywharf."""

    def __init__(self, folder):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["bash", CEPH, folder / "ceph", *(str(port) for port in (self.port, free_port(), free_port())), ACCESS_KEY, SECRET_KEY],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        if self.process.stdout.readline() != "ready\n":
            sys.exit("Ceph did not start.")
        self.url = f"http://127.0.0.1:{self.port}"
        subprocess.run(
            ["curl", "--silent", "--show-error", "--fail", "--request", "PUT", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", f"{ACCESS_KEY}:{SECRET_KEY}",
             "--header", f"x-amz-content-sha256: {hashlib.sha256().hexdigest()}",
             f"{self.url}/{BUCKET}"],
            check=True,
        )

    def close(self):
        self.process.stdin.close()
        self.process.wait()
