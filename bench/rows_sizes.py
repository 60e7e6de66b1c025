"""What depends on how large a repository is: its start, its memory, uploads, and pages beside uploads."""

import contextlib
import http.client
import shutil
import time

import loads
from servers import PyWharf

PAGE = "/simple/project0/"
BOUNDS = {100_000: (1000, 250), 1_000_000: (8000, 1200)}  # files: milliseconds of the start, MB
UPLOADED_SIZES = (0, 10_000, 100_000)
MIDDLE = 10_000
UPLOAD_KEYS = ("uploads", "latency", "first_page")


def run(bench):
    if bench.wants("start"):
        for files in (100, 10_000, 100_000, *([1_000_000] if bench.full else [])):
            run_start(bench, files)
    if any(bench.wants(key) for key in UPLOAD_KEYS):
        with contextlib.ExitStack() as stack:
            sizes = UPLOADED_SIZES if bench.wants("uploads") else (MIDDLE,)
            servers = {files: stack.enter_context(PyWharf(bench.program, bench.repository(files), PAGE if files else "/simple/")) for files in sizes}
            for server in servers.values():
                server.rest()
            if bench.wants("latency"):
                run_latency(bench, servers[MIDDLE])
            if bench.wants("first_page"):
                run_first_page(bench, servers[MIDDLE])
            if bench.wants("uploads"):
                run_uploads(bench, servers)


def run_start(bench, files):
    root = bench.repository(files)
    first, again, spent, memory, most = [], [], [], [], []
    for _ in range(bench.rounds if files < 100_000 else 1):
        shutil.rmtree(root / "index", ignore_errors=True)
        with PyWharf(bench.program, root, PAGE) as server:
            first.append(server.started_in * 1000)
    for _ in range(bench.rounds):
        with PyWharf(bench.program, root, PAGE) as server:
            again.append(server.started_in * 1000)
            spent.append(server.cpu() * 1000)
            memory.append(server.megabytes("VmRSS"))
            most.append(server.megabytes("VmHWM"))
    milliseconds, megabytes = BOUNDS.get(files, (None, None))
    bench.figures.add(f"first_start_{files}", f"start to the first page, {files:,} files, no catalog yet", first, "ms")
    bench.figures.add(f"start_{files}", f"start to the first page, {files:,} files", again, "ms", at_most=milliseconds)
    bench.figures.add(f"start_cpu_{files}", "  of the server", spent, "ms of CPU")
    bench.figures.add(f"memory_{files}", f"memory after the start, {files:,} files", memory, "MB", at_most=megabytes)
    bench.figures.add(f"most_memory_{files}", f"most memory until then, {files:,} files", most, "MB")


def run_uploads(bench, servers):
    """Acknowledged when they are on the disk; all sizes in turn."""
    uploads = {files: loads.Uploads(server) for files, server in servers.items()}
    results = {(clients, files): [] for clients in (1, 8) for files in uploads}
    for each in uploads.values():
        each.load(8, bench.seconds)  # until all code that it needs is compiled for good
    for _ in range(bench.rounds):
        for (clients, files), values in results.items():
            values.append(uploads[files].load(clients, bench.seconds))
    for (clients, files), values in results.items():
        name, what = f"uploads_{clients}_{files}", f"uploads from {clients} client{'s' * (clients > 1)} into {files:,} files"
        bench.figures.add(name, what, [load.rate for load in values], "/s", at_least=150 if (clients, files) == (8, 0) else None)
        bench.figures.add(f"{name}_cpu", "  of the server, for each", [load.cpu for load in values], "µs of CPU")
        bench.figures.add(f"{name}_p99", "  99 % within", [load.p99 for load in values], "ms")
    large, empty = (results[8, files] for files in (max(servers), min(servers)))
    bench.figures.add("uploads_ratio", f"uploads from 8 clients into {max(servers):,} files, empty = 1", [one.rate / other.rate for one, other in zip(large, empty)], "", at_least=0.9)


def run_latency(bench, server):
    """By 16 connections without a pause, and by 4 that ask every 10 ms, as the first wait for one another as well."""
    for key, what, connections, pause in (("busy", "16 connections without a pause", 16, None), ("calm", "4 connections that pause for 10 ms", 4, 10)):
        alone, beside = [], []
        loads.read(server, PAGE, loads.headers(), 16, bench.seconds)
        for _ in range(bench.rounds):
            alone.append(loads.read(server, PAGE, loads.headers(), connections, bench.seconds, pause).p99)
            with loads.Uploads(server).going_on(8, bench.seconds + 2):
                beside.append(loads.read(server, PAGE, loads.headers(), connections, bench.seconds, pause).p99)
        bench.figures.add(f"p99_{key}", f"project page, 99 % within, {what}", alone, "ms")
        bench.figures.add(f"p99_{key}_uploads", "  while 8 clients upload", beside, "ms")
        bench.figures.add(f"p99_{key}_ratio", "  the same, without uploads = 1", [one / other for one, other in zip(beside, alone)], "", at_most=2)


def run_first_page(bench, server):
    """What has to be made anew after an upload: the page of its project, and the list where the project is new."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)

    def milliseconds(path):
        begin = time.perf_counter()
        connection.request("GET", path, headers=loads.headers(Accept_Encoding="gzip"))
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, path
        return (time.perf_counter() - begin) * 1000

    first, second, first_list, second_list = [], [], [], []
    for number in range(20 * bench.rounds):
        loads.upload(connection, "project0", f"2.{number}")
        first.append(milliseconds(PAGE))
        second.append(milliseconds(PAGE))
        loads.upload(connection, f"new{number}", "1.0")
        first_list.append(milliseconds("/simple/"))
        second_list.append(milliseconds("/simple/"))
    for key, what, values in (
        ("first_page", "project page, the first after an upload to it", first), ("second_page", "  the next one", second),
        ("first_list", "project list, the first after a new project", first_list), ("second_list", "  the next one", second_list),
    ):
        bench.figures.add(key, f"{what}, {MIDDLE:,} files" if not what.startswith(" ") else what, values, "ms")
