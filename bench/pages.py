#!/usr/bin/env python3
"""Measures the pages for people: milliseconds of CPU and of time per page, and that `/simple/` goes on beside them.

    dotnet publish src/Api -c Release -o out
    bench/pages.py out/pywharf

The repository has 10,000 projects of 10 files each, and one of 100 versions with a description of 30 kB.
"""

import argparse
import http.client
import pathlib
import statistics
import tempfile
import threading
import time

import loads
import packages
from servers import PyWharf, basic

PROJECTS = 10_000
VERSIONS = 100
SECONDS = 6  # of warming up, and of measuring
README = "\n\n".join(
    f"## Part {number}\n\nSome *text* with [a link](https://example.com/{number}) and `code`.\n\n```python\nprint({number})\n```\n\n| a | b |\n|---|--:|\n| {number} | 2 |"
    for number in range(200)
)
SMALL = "/local/simple/project1/"


class Visitor:
    """One browser: a connection that is kept, and what each of its pages cost the server."""

    def __init__(self, server):
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)

    def open(self, page):
        self.connection.request("GET", page, headers={"Authorization": basic("read"), "Accept": "text/html"})
        answer = self.connection.getresponse()
        length = len(answer.read())
        if answer.status != 200:
            raise SystemExit(f"{page}: {answer.status}")
        return length

    def look(self, what, page, before=None):
        self.loop(page, before)  # until all code that it needs is compiled for good
        spent, times, length = self.loop(page, before)
        # What happens before is the server's CPU too.
        cpu = f"{spent * 1000 / len(times):>6.2f} ms of CPU, " if before is None else " " * 18
        print(f"{what:<50} {cpu}{statistics.median(times):>6.2f} ms, {length / 1000:>6.1f} kB", flush=True)

    def loop(self, page, before):
        times, spent, end = [], self.server.cpu(), time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            if before:
                before()
            begin = time.perf_counter()
            length = self.open(page)
            times.append((time.perf_counter() - begin) * 1000)
        return self.server.cpu() - spent, times, length


def beside(server, seconds):
    """The median time of an index page, in milliseconds."""
    visitor, times, end = Visitor(server), [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        begin = time.perf_counter()
        visitor.open(SMALL)
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", help="the published program")
    program = arguments.parse_args().program
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        packages.fill(root, PROJECTS * 10)
        with PyWharf(program, root, SMALL) as server:
            visitor, uploader = Visitor(server), http.client.HTTPConnection("127.0.0.1", server.port)
            for number in range(VERSIONS):
                loads.upload(uploader, "read_me", f"1.{number}", README)
            numbers = iter(range(1_000_000))

            def change():
                loads.upload(uploader, "changing", f"1.{next(numbers)}")

            project = "/local/project/read-me/"
            visitor.look(f"project of {VERSIONS} versions", project)
            visitor.look("the same, after each change of the repository", project, change)
            visitor.look("repository", "/local/")
            visitor.look("the same, after each change of the repository", "/local/", change)
            visitor.look("search, one word that all projects have", "/local/?q=project")
            visitor.look("search, two words of the summary", "/local/?q=made+measurement")

            alone = beside(server, 3)
            stop = threading.Event()
            browsers = [threading.Thread(target=lambda: browse(server, stop, project)) for _ in range(2)]
            for browser in browsers:
                browser.start()
            busy = beside(server, 3)
            stop.set()
            for browser in browsers:
                browser.join()
            print(f"index page, median: {alone:.2f} ms alone, {busy:.2f} ms beside two visitors without a pause")


def browse(server, stop, page):
    visitor = Visitor(server)
    while not stop.is_set():
        visitor.open(page)


if __name__ == "__main__":
    main()
