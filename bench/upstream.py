#!/usr/bin/env python3
"""Compares a project of an upstream index that a server keeps (mode = "cache") with the same project in a repository of its own.

    dotnet publish src/Api -c Release -o out
    bench/upstream.py out/pywharf

Needs Linux and wrk. Both are asked of one server, in turn; a ratio of 1 means that the kept project costs as much CPU as the local one, less than 1 that it
costs more. The upstream index is another pywharf, which is asked for the first requests only.
"""

import argparse
import http.client
import json
import pathlib
import shutil
import statistics
import sys
import tempfile

import loads
import packages
from servers import PIP_ACCEPT, PyWharf, basic

FILES_PER_PROJECT = 10
PROJECTS = {"small": (FILES_PER_PROJECT, 0), "large": (1000, 0), "heavy": (1, 4_000_000)}
LOCAL = '[local]\ntype = "file_system"\nread_secret = "read"\nwrite_secret = "write"\n'
UPSTREAM = '[local]\ntype = "file_system"\nread_secret = "read"\nanonymous_read = true\nwrite_secret = "write"\n'
CACHED = '\n[cached]\ntype = "file_system"\nread_secret = "read"\nwrite_secret = "write"\n\n[cached.upstream]\nurl = "http://127.0.0.1:PORT/simple/"\nmode = "cache"\n'


def fill(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    for project, (files, description) in PROJECTS.items():
        for number in range(files):
            loads.upload(connection, project, f"1.{number}", "x" * description)


def compare(server, what, path, headers, rounds, seconds):
    figures = {"local": [], "cached": []}
    for name in figures:  # until all code that it needs is compiled for good
        status, _, body = server.get(f"/{name}{path}", headers[name])
        assert status in (200, 304), (name, path, status, body[:300])
        loads.read(server, f"/{name}{path}", headers[name], 16, seconds)
    for _ in range(rounds):
        for name, values in figures.items():
            values.append(loads.read(server, f"/{name}{path}", headers[name], 16, seconds).cpu)
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
        with PyWharf(options.program, folder / "upstream", config=UPSTREAM) as upstream:
            fill(upstream)
            with PyWharf(options.program, folder / "server", config=LOCAL + CACHED.replace("PORT", str(upstream.port))) as server:
                fill(server)
                common = {"Accept": PIP_ACCEPT}
                both = {name: common | {"Authorization": basic("read", name)} for name in ("local", "cached")}
                first = packages.wheel("small", "1.0")[0]
                heavy = packages.wheel("heavy", "1.0")[0]
                tags = {name: both[name] | {"If-None-Match": server.get(f"/{name}/simple/small/", both[name])[1]["ETag"]} for name in both}
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
