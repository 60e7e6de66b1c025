#!/usr/bin/env python3
"""Compares a project of an upstream index that a server keeps (mode = "cache") with the same project in a repository of its own.

    dotnet publish src/Api -c Release -o out
    bench/upstream.py out/pywharf

Needs Linux and wrk. Both are asked of one server, in turn; a ratio of 1 means that the kept project costs as much CPU as the local one, less than 1 that it
costs more. The upstream index is another pywharf, which is asked for the first requests only.
"""

import argparse
import base64
import http.client
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import measure

FILES_PER_PROJECT = 10
PROJECTS = {"small": (FILES_PER_PROJECT, 0), "large": (1000, 0), "heavy": (1, 4_000_000)}
LOCAL = '[local]\ntype = "file_system"\nread_secret = "read"\nwrite_secret = "write"\n'
UPSTREAM = '[local]\ntype = "file_system"\nread_secret = "read"\nanonymous_read = true\nwrite_secret = "write"\n'
CACHED = '\n[cached]\ntype = "file_system"\nread_secret = "read"\nwrite_secret = "write"\n\n[cached.upstream]\nurl = "http://127.0.0.1:PORT/simple/"\nmode = "cache"\n'


def start(program, root, config):
    root.mkdir()
    measure.CONFIG = config
    return measure.Server(program, root, "/simple/")


def fill(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    for project, (files, description) in PROJECTS.items():
        for number in range(files):
            name, content = measure.wheel(project, f"1.{number}", "x" * description)
            measure.upload(connection, name, content, project, f"1.{number}")


def cpu(server):
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def get(server, path, headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def load(server, path, headers, seconds):
    """Microseconds of the server's CPU per request."""
    before = cpu(server)
    output = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{seconds}s", *(part for name, value in headers.items() for part in ("-H", f"{name}: {value}")), f"http://127.0.0.1:{server.port}{path}"],
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout
    if "Non-2xx" in output:
        sys.exit(output)
    return (cpu(server) - before) / int(re.search(r"(\d+) requests in", output)[1]) * 1e6


def compare(server, what, path, headers, rounds, seconds):
    figures = {"local": [], "cached": []}
    for name in figures:  # until all code that it needs is compiled for good
        status, _, body = get(server, f"/{name}{path}", headers[name])
        assert status in (200, 304), (name, path, status, body[:300])
        load(server, f"/{name}{path}", headers[name], seconds)
    for _ in range(rounds):
        for name, values in figures.items():
            values.append(load(server, f"/{name}{path}", headers[name], seconds))
    local, cached = (statistics.median(figures[name]) for name in ("local", "cached"))
    print(f"{what:<44} local {local:9.1f} µs   cached {cached:9.1f} µs   ratio {local / cached:5.2f}", flush=True)
    return {"local": local, "cached": cached, "ratio": local / cached}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", help="the published program")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=3, help="of warming up, and of each load")
    arguments.add_argument("--json", type=pathlib.Path, help="a file for the figures")
    options = arguments.parse_args()
    if not shutil.which("wrk"):
        sys.exit("It needs wrk: apt-get install wrk")
    figures = {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with start(options.program, folder / "upstream", UPSTREAM) as upstream:
            fill(upstream)
            with start(options.program, folder / "server", LOCAL + CACHED.replace("PORT", str(upstream.port))) as server:
                fill(server)
                common = {"Accept": measure.PIP_ACCEPT}
                both = {name: common | {"Authorization": "Basic " + base64.b64encode(f"{name}:read".encode()).decode()} for name in ("local", "cached")}
                first = measure.wheel("small", "1.0")[0]
                heavy = measure.wheel("heavy", "1.0")[0]
                tags = {name: both[name] | {"If-None-Match": get(server, f"/{name}/simple/small/", both[name])[1]["ETag"]} for name in both}
                for key, what, path, headers in (
                    ("page", f"page of {FILES_PER_PROJECT} files", "/simple/small/", both),
                    ("not_modified", "the same that has not changed (304)", "/simple/small/", tags),
                    ("large_page", "page of 1,000 files, gzip", "/simple/large/", {name: both[name] | {"Accept-Encoding": "gzip"} for name in both}),
                    ("metadata", ".metadata", f"/simple/small/{first}.metadata", both),
                    ("file", "wheel of 1 kB", f"/simple/small/{first}", both),
                    ("heavy_file", "wheel of 4 MB", f"/simple/heavy/{heavy}", both),
                ):
                    figures[key] = compare(server, what, path, headers, options.rounds, options.seconds)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
