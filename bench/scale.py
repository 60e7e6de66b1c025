#!/usr/bin/env python3
"""Measures servers that share a PostgreSQL database and a bucket: both engines are Debian's, started by this program.

    dotnet publish src/Api -c Release -o out
    bench/scale.py out/pywharf --json scale.json

Requests are counted in microseconds of CPU that all servers together spend for one, as the load shares the machine with them.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import engines
import measure

FILES_PER_PROJECT = 10
PAGE = "/simple/project0/"
CONFIG = f"""[local]
type = "s3"
bucket = "{engines.BUCKET}"
endpoint_url = "URL"
region = "us-east-1"
access_key_env = "PYWHARF_S3_ACCESS_KEY"
secret_key_env = "PYWHARF_S3_SECRET_KEY"
read_secret = "read"
write_secret = "write"
sync_index_interval = 86400
"""

# Copies of the row of one uploaded file, in place of 100,000 uploads. The server that looks after the storage does not look at it meanwhile.
FILL = """
INSERT INTO pywharf_files
SELECT (jsonb_populate_record(files, jsonb_build_object(
    'filename', replace(files.filename, 'sample', 'project' || n / PER) , 'identity', replace(files.identity, 'sample', 'project' || n / PER),
    'project', 'project' || n / PER, 'location', 'project' || n / PER,
    'sha256', '\\x' || encode(sha256(n::text::bytea), 'hex'), 'revision', files.revision + 1))).*
FROM pywharf_files files, generate_series(0, COUNT - 1) n WHERE files.project = 'sample' AND files.filename = 'sample-1.' || n % PER || '-py3-none-any.whl';
UPDATE pywharf_catalogs SET revision = revision + 1;
"""


class Server(measure.Server):
    """One of several: its root has caches only."""

    def __init__(self, program, root, database, page="/simple/"):
        root.mkdir()
        (root / "config.toml").write_text(Server.config)
        self.port, begin = measure.free_port(), time.perf_counter()
        self.log = (root / "log.txt").open("w")
        self.process = subprocess.Popen(
            [program, "server", str(root), f"--config={root}/config.toml", "--host=127.0.0.1", f"--port={self.port}", "--extra_index_url=", "--access_log=False"],
            stdout=subprocess.DEVNULL, stderr=self.log,
            env=os.environ | {"PYWHARF_DATABASE": database, "PYWHARF_S3_ACCESS_KEY": engines.ACCESS_KEY, "PYWHARF_S3_SECRET_KEY": engines.SECRET_KEY},
        )
        while not self.answers(page):
            if self.process.poll() is not None or time.perf_counter() - begin > 120:
                sys.exit(f"The server does not answer:\n{(root / 'log.txt').read_text()}")
            time.sleep(0.005)
        self.started_in = time.perf_counter() - begin

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Figures:
    """What was measured, as a table and for a program."""

    def __init__(self):
        self.all = {}

    def add(self, key, what, value, unit):
        self.all[key] = {"value": round(value, 3), "unit": unit}
        print(f"{what:<78} {value:>9.1f} {unit}", flush=True)


def get(connection, path, headers=()):
    connection.request("GET", path, headers={"Authorization": measure.basic("read"), "Accept": measure.PIP_ACCEPT, **dict(headers)})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def loaders(servers, path, headers, seconds):
    """Requests per second of all servers together, from wrk."""
    commands = [
        subprocess.Popen(
            ["wrk", "-t1", "-c8", f"-d{seconds}s", *(part for name, value in headers.items() for part in ("-H", f"{name}: {value}")),
             f"http://127.0.0.1:{server.port}{path}"],
            stdout=subprocess.PIPE, text=True,
        )
        for server in servers
    ]
    total = 0
    for command in commands:
        output = command.communicate()[0]
        if "Non-2xx" in output:
            sys.exit(output)
        total += int(re.search(r"(\d+) requests in", output)[1])
    return total


def measure_reads(servers, seconds, figures):
    connection = http.client.HTTPConnection("127.0.0.1", servers[0].port)
    status, headers, body = get(connection, PAGE)
    assert status == 200, status
    file = json.loads(body)["files"][0]["url"].split("#")[0]
    path = file if file.startswith("/") else PAGE + file
    status, _, _ = get(connection, path)
    assert status in (302, 307), status
    common = {"Authorization": measure.basic("read"), "Accept": measure.PIP_ACCEPT}
    for what, key, target, sent in (
        (f"page of {FILES_PER_PROJECT} files", "page", PAGE, common),
        ("page that has not changed (304)", "not_modified", PAGE, common | {"If-None-Match": headers["ETag"]}),
        ("file, redirected to the storage", "redirect", path, common),
    ):
        for count in range(1, len(servers) + 1):
            asked = servers[:count]
            loaders(asked, target, sent, seconds)  # until all code that it needs is compiled for good
            before = sum(server.cpu() for server in asked)
            begin = time.perf_counter()
            requests = loaders(asked, target, sent, seconds)
            elapsed = time.perf_counter() - begin
            spent = sum(server.cpu() for server in asked) - before
            figures.add(f"{key}_{count}_cpu", f"{what}, {count} server{'s' * (count > 1)}", spent / requests * 1e6, "µs of CPU")
            figures.add(f"{key}_{count}_rate", f"  the load and the servers sharing {os.cpu_count()} cores", requests / elapsed, "/s")


def measure_uploads(servers, clients, seconds, figures):
    def send(number, until, times):
        connection = http.client.HTTPConnection("127.0.0.1", servers[number % len(servers)].port)
        project, version = f"upload{clients}x{number}", 0
        while time.perf_counter() < until:
            version += 1
            name, content = measure.wheel(project, f"1.{version}.{time.time_ns()}")
            begin = time.perf_counter()
            measure.upload(connection, name, content, project, name.split("-")[1])
            times.append((time.perf_counter() - begin) * 1000)

    def load():
        times, begin = [], time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(clients) as pool:
            for done in [pool.submit(send, number, begin + seconds, times) for number in range(clients)]:
                done.result()
        return times, time.perf_counter() - begin

    load()
    before = sum(server.cpu() for server in servers)
    times, elapsed = load()
    spent = sum(server.cpu() for server in servers) - before
    what = f"uploads of a small wheel, {clients} client{'s' * (clients > 1)}, {len(servers)} servers"
    figures.add(f"uploads_{clients}_rate", what, len(times) / elapsed, "/s")
    figures.add(f"uploads_{clients}_median", "  median", statistics.median(times), "ms")
    figures.add(f"uploads_{clients}_p95", "  95 % of them within", statistics.quantiles(times, n=20)[-1], "ms")
    figures.add(f"uploads_{clients}_cpu", "  of the servers", spent / len(times) * 1e3, "ms of CPU")


def measure_visibility(servers, count, figures):
    """From the answer to an upload at one server until the page of another has the file, which is there and is asked without a pause."""
    writer, reader = (http.client.HTTPConnection("127.0.0.1", server.port) for server in servers[:2])
    times = []
    for number in range(count):
        name, content = measure.wheel("project0", f"3.{number}.{time.time_ns()}")
        measure.upload(writer, name, content, "project0", name.split("-")[1])
        begin = time.perf_counter()
        while name.encode() not in get(reader, PAGE)[2]:
            pass
        times.append((time.perf_counter() - begin) * 1000)
    figures.add("visible_median", "from an upload at one server to its page at another, median", statistics.median(times), "ms")
    figures.add("visible_p99", f"  99 % of {count} within", statistics.quantiles(times, n=100)[-1], "ms")


def fill(postgresql, files):
    postgresql.query(FILL.replace("PER", str(FILES_PER_PROJECT)).replace("COUNT", str(files)))
    postgresql.query("ANALYZE")
    size = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname IN ('pywharf_files', 'pywharf_projects', 'pywharf_folders')"
    return int(postgresql.query(size)) / 1e6


def measure_start(program, folder, postgresql, files, rounds, figures):
    figures.add("catalog_size", f"catalog of {files} files in the database", fill(postgresql, files), "MB")
    page, times, spent, idle = f"/simple/project{files // FILES_PER_PROJECT - 1}/", [], [], []
    for number in range(rounds):
        with Server(program, folder / f"new{number}", postgresql.url, page) as server:
            times.append(server.started_in * 1000)
            spent.append(server.cpu() * 1000)
            time.sleep(3)  # until it is at rest
            idle.append(server.megabytes("VmRSS"))
            peak = server.megabytes("VmHWM")
    figures.add("start", f"start of a server without any cache to a page, {files} files", statistics.median(times), "ms")
    figures.add("start_cpu", "  of the server", statistics.median(spent), "ms of CPU")
    figures.add("start_memory", "  memory then", statistics.median(idle), "MB")
    figures.add("start_memory_peak", "  at most", peak, "MB")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", help="the published program")
    arguments.add_argument("--files", type=int, default=100_000, help="size of the repository for the start of a server")
    arguments.add_argument("--rounds", type=int, default=5, help="starts")
    arguments.add_argument("--seconds", type=int, default=6, help="of warming up, and of load")
    arguments.add_argument("--json", type=pathlib.Path, help="a file for the figures")
    options = arguments.parse_args()
    missing = engines.unmet() or (None if shutil.which("wrk") else "wrk: apt-get install wrk")
    if missing:
        sys.exit(f"It needs {missing}")
    figures = Figures()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        postgresql, ceph = engines.PostgreSql(folder), engines.Ceph(folder)
        try:
            Server.config = CONFIG.replace("URL", ceph.url)
            servers = [Server(options.program, folder / f"server{number}", postgresql.url) for number in range(3)]
            connection = http.client.HTTPConnection("127.0.0.1", servers[0].port)
            for project in ("project0", "sample"):
                for number in range(FILES_PER_PROJECT):
                    file, content = measure.wheel(project, f"1.{number}")
                    measure.upload(connection, file, content, project, f"1.{number}")
            while any(get(http.client.HTTPConnection("127.0.0.1", server.port), "/simple/sample/")[0] != 200 for server in servers):
                time.sleep(0.05)
            measure_reads(servers, options.seconds, figures)
            for clients in (1, 8):
                measure_uploads(servers, clients, options.seconds, figures)
            measure_visibility(servers, 500, figures)
            figures.add("connections", "connections to the database of a server, at most so far", int(postgresql.query(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pywharf'")) / len(servers), "")
            measure_start(options.program, folder, postgresql, options.files, options.rounds, figures)
            for server in servers:
                server.__exit__()
        finally:
            postgresql.close()
            ceph.close()
    if options.json:
        options.json.write_text(json.dumps(figures.all, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
