#!/usr/bin/env python3
"""Measures servers that share a PostgreSQL database and a bucket: both engines are Debian's, started by this program.

    dotnet publish src/Api -c Release -o out
    bench/scale.py out/pywharf --json scale.json

Requests are counted in microseconds of CPU that all servers together spend for one, as the load shares the machine with them.
"""

import argparse
import concurrent.futures
import contextlib
import http.client
import json
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

import engines
import loads
from figures import Figures
from servers import PyWharf

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


def start(program, root, database, storage, page="/simple/"):
    """One of several servers: its root has caches only."""
    return PyWharf(
        program, root, page, CONFIG.replace("URL", storage), ["--access_log=False"],
        {"PYWHARF_DATABASE": database, "PYWHARF_S3_ACCESS_KEY": engines.ACCESS_KEY, "PYWHARF_S3_SECRET_KEY": engines.SECRET_KEY},
    )


def get(connection, path):
    connection.request("GET", path, headers=loads.headers())
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def read(servers, path, sent, seconds):
    """Microseconds of CPU of all servers for a request, and the requests that all of them answered in a second."""
    with concurrent.futures.ThreadPoolExecutor(len(servers)) as pool:
        results = [load.result() for load in [pool.submit(loads.read, server, path, sent, 8, seconds) for server in servers]]
    rate = sum(load.rate for load in results)
    return sum(load.cpu * load.rate for load in results) / rate, rate


def measure_reads(servers, seconds, rounds, figures):
    connection = http.client.HTTPConnection("127.0.0.1", servers[0].port)
    status, headers, body = get(connection, PAGE)
    assert status == 200, status
    file = json.loads(body)["files"][0]["url"].split("#")[0]
    path = file if file.startswith("/") else PAGE + file
    status, _, _ = get(connection, path)
    assert status in (302, 307), status
    for what, key, target, sent in (
        (f"page of {FILES_PER_PROJECT} files", "page", PAGE, loads.headers()),
        ("page that has not changed (304)", "not_modified", PAGE, loads.headers(If_None_Match=headers["ETag"])),
        ("file, redirected to the storage", "redirect", path, loads.headers()),
    ):
        for count in range(1, len(servers) + 1):
            read(servers[:count], target, sent, seconds)  # until all code that it needs is compiled for good
            results = [read(servers[:count], target, sent, seconds) for _ in range(rounds)]
            figures.add(f"s3_{key}_{count}_cpu", f"S3 and PostgreSQL: {what}, {count} server{'s' * (count > 1)}", [cpu for cpu, _ in results], "µs of CPU")
            figures.add(f"s3_{key}_{count}_rate", "  beside the load", [rate for _, rate in results], "/s")


def measure_uploads(servers, clients, seconds, figures):
    def send(number, until, times):
        connection = http.client.HTTPConnection("127.0.0.1", servers[number % len(servers)].port)
        project, version = f"upload{clients}x{number}", 0
        while time.perf_counter() < until:
            version += 1
            times.append(loads.upload(connection, project, f"1.{version}.{time.time_ns()}"))

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
    what = f"S3 and PostgreSQL: uploads from {clients} client{'s' * (clients > 1)}, {len(servers)} server{'s' * (len(servers) > 1)}"
    figures.add(f"s3_uploads_{clients}_rate", what, [len(times) / elapsed], "/s")
    figures.add(f"s3_uploads_{clients}_median", "  median", [statistics.median(times)], "ms")
    figures.add(f"s3_uploads_{clients}_p95", "  95 % within", [statistics.quantiles(times, n=20)[-1]], "ms")
    figures.add(f"s3_uploads_{clients}_cpu", "  of the servers, for each", [spent / len(times) * 1e3], "ms of CPU")


def measure_visibility(servers, count, figures):
    """From the answer to an upload at one server until the page of another has the file, which is there and is asked without a pause."""
    writer, reader = (http.client.HTTPConnection("127.0.0.1", server.port) for server in servers[:2])
    times = []
    for number in range(count):
        version = f"3.{number}.{time.time_ns()}"
        loads.upload(writer, "project0", version)
        begin = time.perf_counter()
        while version.encode() not in get(reader, PAGE)[2]:
            pass
        times.append((time.perf_counter() - begin) * 1000)
    figures.add("s3_visible_median", "from an upload at one server to its page at another, median", [statistics.median(times)], "ms")
    figures.add("s3_visible_p99", f"  99 % of {count} within", [statistics.quantiles(times, n=100)[-1]], "ms")


def fill(postgresql, files):
    postgresql.query(FILL.replace("PER", str(FILES_PER_PROJECT)).replace("COUNT", str(files)))
    postgresql.query("ANALYZE")
    size = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname IN ('pywharf_files', 'pywharf_projects', 'pywharf_folders')"
    return int(postgresql.query(size)) / 1e6


def measure_start(program, folder, postgresql, storage, files, rounds, figures):
    figures.add("s3_catalog_size", f"catalog of {files:,} files in the database", [fill(postgresql, files)], "MB")
    page, times, spent, idle, most = f"/simple/project{files // FILES_PER_PROJECT - 1}/", [], [], [], []
    for number in range(rounds):
        with start(program, folder / f"new{number}", postgresql.url, storage, page) as server:
            times.append(server.started_in * 1000)
            spent.append(server.cpu() * 1000)
            time.sleep(3)  # until it is at rest
            idle.append(server.megabytes("VmRSS"))
            most.append(server.megabytes("VmHWM"))
    figures.add("s3_start", f"start of a server without any cache to a page, {files:,} files", times, "ms")
    figures.add("s3_start_cpu", "  of the server", spent, "ms of CPU")
    figures.add("s3_start_memory", "  memory then", idle, "MB")
    figures.add("s3_start_most_memory", "  at most", most, "MB")


@contextlib.contextmanager
def engines_in(folder):
    """Both, with nothing in them."""
    with contextlib.closing(engines.PostgreSql(folder)) as postgresql, contextlib.closing(engines.Ceph(folder)) as ceph:
        yield postgresql, ceph


@contextlib.contextmanager
def servers_in(program, folder, postgresql, ceph, count):
    """Servers that share the engines, and two projects."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(start(program, folder / f"server{number}", postgresql.url, ceph.url)) for number in range(count)]
        connection = http.client.HTTPConnection("127.0.0.1", servers[0].port)
        for project in ("project0", "sample"):
            for number in range(FILES_PER_PROJECT):
                loads.upload(connection, project, f"1.{number}")
        for server in servers:
            server.wait_for("/simple/sample/")
        yield servers


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", help="the published program")
    arguments.add_argument("--files", type=int, default=100_000, help="size of the repository for the start of a server")
    arguments.add_argument("--rounds", type=int, default=5, help="starts, and loads")
    arguments.add_argument("--seconds", type=int, default=6, help="of warming up, and of load")
    arguments.add_argument("--json", type=pathlib.Path, help="a file for the figures")
    options = arguments.parse_args()
    missing = engines.unmet() or (None if shutil.which("wrk") else "wrk: apt-get install wrk")
    if missing:
        sys.exit(f"It needs {missing}")
    figures = Figures(options.program)
    with tempfile.TemporaryDirectory() as name, engines_in(pathlib.Path(name)) as (postgresql, ceph):
        folder = pathlib.Path(name)
        with servers_in(options.program, folder, postgresql, ceph, 3) as servers:
            measure_reads(servers, options.seconds, options.rounds, figures)
            for clients in (1, 8):
                measure_uploads(servers, clients, options.seconds, figures)
            measure_visibility(servers, 500, figures)
            figures.add("s3_connections", "connections to the database of a server, at most so far", [int(postgresql.query(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pywharf'")) / len(servers)], "")
            measure_start(options.program, folder, postgresql, ceph.url, options.files, options.rounds, figures)
    if options.json:
        figures.write(options.json)


if __name__ == "__main__":
    main()
