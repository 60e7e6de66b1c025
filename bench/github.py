#!/usr/bin/env python3
"""Measures a server whose repository is on GitHub, with a stand-in for GitHub that answers at once: what is measured is the server.

    dotnet publish src/Api -c Release -o out
    bench/github.py out/pywharf                   # an index of 6,000 packages, 80 MB
"""

import argparse
import hashlib
import http.server
import json
import pathlib
import re
import tempfile
import threading
import time

import loads
from figures import Figures
from servers import PyWharf

FILES_PER_PROJECT = 20
DESCRIPTION_CHARACTERS = 12_500


class GitHub(http.server.BaseHTTPRequestHandler):
    """A repository of packages that everybody may read, as the server asks for it; its index can be replaced."""

    protocol_version = "HTTP/1.1"
    index = sha = None
    files = looks = 0

    @classmethod
    def publish(cls, index, files):
        cls.files, cls.index, cls.sha = files, index, hashlib.sha1(b"blob %d\0" % len(index) + index).hexdigest()

    def do_GET(self):
        path = self.path.split("?")[0]
        if path.startswith("/storage/"):
            self.answer(404, b"")  # no bytes: they are not this server's to send
        elif path == "/repos/acme/packages":
            self.answer_json({"id": 1, "full_name": "acme/packages", "private": True, "default_branch": "main", "archived": False,
                              "permissions": {"pull": True, "push": False}})
        elif "/git/trees/" in path:
            GitHub.looks += 1
            tag = f'"{self.sha}"'
            if self.headers["If-None-Match"] == tag:
                self.answer(304, b"")
            else:
                self.answer_json({"sha": self.sha, "truncated": False, "tree": [
                    {"path": "index.toml", "type": "blob", "sha": self.sha, "size": len(self.index)}]}, ETag=tag)
        elif "/git/blobs/" in path:
            self.answer(200, self.index, **{"Content-Type": "application/vnd.github.raw+json"})
        elif "/releases/assets/" in path:
            self.answer(302, b"", Location=f"http://{self.headers['Host']}/storage{path}?signature=x")
        elif path.endswith("/releases"):
            page = int(re.search(r"[?&]page=(\d+)", self.path)[1])
            following = {"Link": f'<http://{self.headers["Host"]}{path}?per_page=100&page={page + 1}>; rel="next"'} if page * 100 < GitHub.files else {}
            self.answer_json([self.release(number) for number in range((page - 1) * 100 + 1, min(page * 100, GitHub.files) + 1)], **following)
        else:
            self.answer(404, b"{}")

    def release(self, number):
        url = f"http://{self.headers['Host']}/repos/acme/packages/releases/assets/{number}"
        asset = {"id": number, "url": url, "name": "x", "state": "uploaded", "size": 1, "browser_download_url": url}
        return {"id": number, "tag_name": f"tag{number}", "body": "", "draft": False, "published_at": "2026-01-01T00:00:00Z", "upload_url": url, "assets": [asset]}

    def answer_json(self, value, **headers):
        self.answer(200, json.dumps(value).encode(), **{"Content-Type": "application/json"}, **headers)

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def index_of(files, port):
    description = ("Some words of a description, as they are in every README.\\n" * 1000)[:DESCRIPTION_CHARACTERS]
    parts = ["mtime = 1700000000\n"]
    for number in reversed(range(files)):
        project, version = f"project{number // FILES_PER_PROJECT}", f"1.{number % FILES_PER_PROJECT}"
        digest = hashlib.sha256(f"{project} {version}".encode()).hexdigest()
        parts.append(
            f'\n[[pkgs]]\ntype = "github"\ndistrib = "{project}"\npackage = "{project}-{version}-py3-none-any"\next = "whl"\nsha256 = "{digest}"\n'
            f'url = "http://127.0.0.1:{port}/repos/acme/packages/releases/assets/{number + 1}"\n[pkgs.meta]\nname = "{project}"\nversion = "{version}"\n'
            f'requires_python = ">=3.8"\nsummary = "Made for a measurement"\ndescription = "{description}"\ndistrib = "{project}"\nsha256 = "{digest}"\n')
    return "".join(parts).encode()


def start(program, root, github):
    root.mkdir(exist_ok=True)
    (root / "admin_secret.toml").write_text('[local]\ntype = "github"\nraw = "read"\n')
    config = f'[local]\ntype = "github"\nowner = "acme"\nrepo = "packages"\nbranch = "main"\nsync_index_interval = 1\napi_url = "http://127.0.0.1:{github}"\n'
    flags = [f"--admin_secret={root}/admin_secret.toml", "--config_or_admin_secret_can_be_text=False"]
    return PyWharf(program, root, "/simple/project0/", config, flags)


def measure(program, figures, files, rounds, seconds):
    github = http.server.ThreadingHTTPServer(("127.0.0.1", 0), GitHub)
    github.handle_error = lambda *_: None  # a server that is ended breaks off what it asks
    threading.Thread(target=github.serve_forever, daemon=True).start()
    port = github.server_address[1]
    first, again, idle, quiet, added, pages, redirects, most = ([] for _ in range(8))
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder) / "root"
            GitHub.publish(index_of(files, port), files)
            with start(program, root, port) as server:
                first.append(server.started_in * 1000)
                most.append(server.megabytes("VmHWM"))
            with start(program, root, port) as server:
                again.append(server.started_in * 1000)
                time.sleep(12)  # sizes are found in the list of releases meanwhile
                idle.append(server.megabytes("VmRSS"))
                cpu, looks = server.cpu(), GitHub.looks
                time.sleep(seconds)
                quiet.append((server.cpu() - cpu) * 1000 / (GitHub.looks - looks))
                for path, values in (("/simple/project0/", pages), ("/simple/project0/project0-1.0-py3-none-any.whl", redirects)):
                    loads.read(server, path, loads.headers(), 16, seconds)  # until all code that it needs is compiled for good
                    values.append(loads.read(server, path, loads.headers(), 16, seconds).cpu)
                more = index_of(files + FILES_PER_PROJECT, port)
                begin = time.perf_counter()
                GitHub.publish(more, files + FILES_PER_PROJECT)
                server.wait_for(f"/simple/project{files // FILES_PER_PROJECT}/")
                added.append((time.perf_counter() - begin) * 1000)
                most.append(server.megabytes("VmHWM"))
    github.shutdown()
    title = f"GitHub, {files:,} files, index of {len(GitHub.index) / 1e6:.0f} MB: "
    for key, what, values, unit in (
        ("first_start", "start to the first page, nothing cached", first, "ms"),
        ("start", "start to the first page", again, "ms"),
        ("memory", "memory after the start", idle, "MB"),
        ("most_memory", "most memory ever used", most, "MB"),
        ("look", "a look without change", quiet, "ms of CPU"),
        ("page", "project page", pages, "µs of CPU"),
        ("redirect", "redirect to the storage", redirects, "µs of CPU"),
        ("new_index", "a new index to its page, looking each second", added, "ms"),
    ):
        figures.add(f"github_{key}", title + what, values, unit)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", help="the published program")
    arguments.add_argument("--files", type=int, default=6_000, help="size of the index")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=5, help="of load, and of quiet, in each round")
    options = arguments.parse_args()
    measure(options.program, Figures(options.program), options.files, options.rounds, options.seconds)


if __name__ == "__main__":
    main()
