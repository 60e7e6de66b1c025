#!/usr/bin/env python3
"""Measures a pywharf server from outside, with nothing but Python's standard library (and wrk, where it is installed).

    dotnet publish src/Api -c Release -o out
    bench/measure.py out/pywharf

Each figure is the median of several rounds, each on a server and a root folder of its own.
"""

import argparse
import base64
import hashlib
import http.client
import multiprocessing
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from io import BytesIO

CONFIG = '[local]\ntype = "file_system"\nread_secret = "read"\nwrite_secret = "write"\n'
BOUNDARY = "8dc5a3f1c6f74fd2a1d8cf5d2c3b7e90"
FILES_PER_PROJECT = 50
PIP_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"


def basic(secret):
    return "Basic " + base64.b64encode(f"local:{secret}".encode()).decode()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wheel(project, version, description=""):
    info = f"{project}-{version}.dist-info"
    files = {
        f"{project}/__init__.py": f"__version__ = '{version}'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\nRequires-Python: >=3.8\n"
        f"Description-Content-Type: text/markdown\n\n{description}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},{len(text)}\n" for path, text in files.items()
    ) + f"{info}/RECORD,,\n"
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{project}-{version}-py3-none-any.whl", content.getvalue()


def fill(root, files):
    """A storage as an older server left it: files and .meta, and no catalog."""
    storage = root / "cache" / "local" / "storage"
    for number in range(files):
        project = f"project{number // FILES_PER_PROJECT}"
        version = f"1.{number % FILES_PER_PROJECT}"
        name, content = wheel(project, version)
        folder = storage / project
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        (folder / (name + ".meta")).write_text(
            f'name = "{project}"\nversion = "{version}"\nfiletype = "bdist_wheel"\npyversion = "py3"\nmetadata_version = "2.1"\n'
            f'requires_python = ">=3.8"\nsummary = "Made for a measurement"\n":action" = "file_upload"\nprotocol_version = "1"\n'
            f'distrib = "{project}"\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
        )


class Server:
    """A running server; started_in is the time from its start to the first page, in seconds."""

    def __init__(self, program, root, page):
        (root / "config.toml").write_text(CONFIG)
        self.port = free_port()
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            [program, "server", str(root), f"--config={root}/config.toml", "--host=127.0.0.1", f"--port={self.port}", "--extra_index_url="],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # a line for each request
        )
        while not self.answers(page):
            if self.process.poll() is not None:
                sys.exit(f"The server ended with {self.process.returncode}.")
            time.sleep(0.005)
        self.started_in = time.perf_counter() - begin

    def answers(self, page):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            connection.request("GET", page, headers={"Authorization": basic("read")})
            return connection.getresponse().status == 200
        except OSError:
            return False

    def megabytes(self, key):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{key}:\s+(\d+) kB", text)[1]) / 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def upload(connection, name, content, project, version):
    fields = {
        ":action": "file_upload", "protocol_version": "1", "metadata_version": "2.1", "name": project, "version": version,
        "filetype": "bdist_wheel", "pyversion": "py3", "sha256_digest": hashlib.sha256(content).hexdigest(),
    }
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="content"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    )
    connection.request(
        "POST", "/simple/", b"".join(parts), {"Authorization": basic("write"), "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    )
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        sys.exit(f"Upload: {answer.status} {body!r}")


def upload_milliseconds(server, count):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    times = []
    for number in range(count):
        name, content = wheel("fresh", f"2.{number}")
        begin = time.perf_counter()
        upload(connection, name, content, "fresh", f"2.{number}")
        times.append((time.perf_counter() - begin) * 1000)
    return times


def request_until(port, page, seconds, total):
    request = f"GET {page} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {basic('read')}\r\nAccept: {PIP_ACCEPT}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end, count, rest = time.perf_counter() + seconds, 0, b""
        while time.perf_counter() < end:
            connection.sendall(request)
            while b"\r\n\r\n" not in rest:
                rest += connection.recv(65536)
            head, rest = rest.split(b"\r\n\r\n", 1)
            if not head.startswith(b"HTTP/1.1 200"):
                sys.exit(head.decode())
            length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
            while len(rest) < length:
                rest += connection.recv(65536)
            rest, count = rest[length:], count + 1
        with total.get_lock():
            total.value += count


def pages_per_second(server, page, seconds, clients):
    """wrk where it is there; else our own clients, which are slower than the server and so measure themselves."""
    if shutil.which("wrk"):
        output = subprocess.run(
            ["wrk", "-t2", f"-c{clients}", f"-d{seconds}s", "-H", f"Authorization: {basic('read')}", "-H", f"Accept: {PIP_ACCEPT}",
             f"http://127.0.0.1:{server.port}{page}"],
            capture_output=True, text=True, check=True,
        ).stdout
        if "Non-2xx" in output:
            sys.exit(output)
        return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
    total = multiprocessing.Value("l", 0)
    loaders = [multiprocessing.Process(target=request_until, args=(server.port, page, seconds, total)) for _ in range(clients)]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    return total.value / seconds


def show(what, values, unit):
    print(f"{what:<58} {statistics.median(values):>9.1f} {unit:<8} (of {', '.join(f'{value:.1f}' for value in sorted(values))})", flush=True)


def measure(program, files, rounds, seconds):
    page = "/simple/project0/" if files else "/simple/"
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        fill(root, files)
        first, again, idle, uploads, slow, pages, busy = ([] for _ in range(7))
        for _ in range(rounds):
            shutil.rmtree(root / "index", ignore_errors=True)
            with Server(program, root, page) as server:
                first.append(server.started_in * 1000)
        for _ in range(rounds):
            with Server(program, root, page) as server:
                again.append(server.started_in * 1000)
                idle.append(server.megabytes("VmRSS"))
                pages.append(pages_per_second(server, page, seconds, clients=16))
                times = upload_milliseconds(server, count=100)
                uploads.append(statistics.median(times))
                slow.append(statistics.quantiles(times, n=20)[-1])
                busy.append(server.megabytes("VmHWM"))
            shutil.rmtree(root / "cache" / "local" / "storage" / "fresh")
        title = f"{files} files: "
        if files:
            show(title + "start to first page, no catalog yet", first, "ms")
        show(title + "start to first page", again, "ms")
        show(title + "memory after the start", idle, "MB")
        show(title + f"{'project page of ' + str(min(files, FILES_PER_PROJECT)) + ' files' if files else 'empty list'}, 16 clients", pages, "/s")
        show(title + "upload of a small wheel, median of 100", uploads, "ms")
        show(title + "upload of a small wheel, 95 % of them within", slow, "ms")
        show(title + "most memory ever used", busy, "MB")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", help="the published program")
    arguments.add_argument("--files", type=int, nargs="+", default=[0, 100, 10_000, 100_000], help="sizes of the repository")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=5, help="of load, in each round")
    options = arguments.parse_args()
    for files in options.files:
        measure(options.program, files, options.rounds, options.seconds)


if __name__ == "__main__":
    main()
