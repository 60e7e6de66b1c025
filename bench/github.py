#!/usr/bin/env python3
"""Measures a server whose repository is on GitHub, with a stand-in for GitHub that answers at once: what is measured is the server.

    dotnet publish src/Api -c Release -o out
    bench/github.py out/pywharf                   # an index of 6,000 packages, 80 MB

Each figure is the median of several rounds.
"""

import argparse
import hashlib
import http.client
import http.server
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from measure import basic, free_port, pages_per_second, show

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


class Server:
    """A running server; started_in is the time from its start to the first page, in seconds."""

    def __init__(self, program, root, github):
        (root / "config.toml").write_text(
            f'[local]\ntype = "github"\nowner = "acme"\nrepo = "packages"\nbranch = "main"\nsync_index_interval = 1\napi_url = "http://127.0.0.1:{github}"\n')
        (root / "admin_secret.toml").write_text('[local]\ntype = "github"\nraw = "read"\n')
        self.port = free_port()
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            [program, "server", str(root), f"--config={root}/config.toml", f"--admin_secret={root}/admin_secret.toml",
             "--config_or_admin_secret_can_be_text=False", "--host=127.0.0.1", f"--port={self.port}", "--extra_index_url="],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_for("/simple/project0/")
        self.started_in = time.perf_counter() - begin

    def wait_for(self, page):
        while self.status_of(page) != 200:
            if self.process.poll() is not None:
                sys.exit(f"The server ended with {self.process.returncode}.")
            time.sleep(0.005)

    def status_of(self, page):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            connection.request("GET", page, headers={"Authorization": basic("read")})
            return connection.getresponse().status
        except OSError:
            return None

    def megabytes(self, key):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{key}:\s+(\d+) kB", text)[1]) / 1024

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def redirects_per_second(server, page, seconds):
    output = subprocess.run(
        ["wrk", "-t2", "-c16", f"-d{seconds}s", "-H", f"Authorization: {basic('read')}", f"http://127.0.0.1:{server.port}{page}"],
        capture_output=True, text=True, check=True).stdout
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", help="the published program")
    arguments.add_argument("--files", type=int, default=6_000, help="size of the index")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=5, help="of load, and of quiet, in each round")
    options = arguments.parse_args()

    github = http.server.ThreadingHTTPServer(("127.0.0.1", 0), GitHub)
    threading.Thread(target=github.serve_forever, daemon=True).start()
    port = github.server_address[1]
    first, again, idle, quiet, added, pages, redirects, most = ([] for _ in range(8))
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            GitHub.publish(index_of(options.files, port), options.files)
            with Server(options.program, root, port) as server:
                first.append(server.started_in * 1000)
                most.append(server.megabytes("VmHWM"))
            with Server(options.program, root, port) as server:
                again.append(server.started_in * 1000)
                time.sleep(12)  # sizes are found in the list of releases meanwhile
                idle.append(server.megabytes("VmRSS"))
                cpu, looks = server.cpu_seconds(), GitHub.looks
                time.sleep(options.seconds)
                quiet.append((server.cpu_seconds() - cpu) * 1000 / (GitHub.looks - looks))
                pages.append(pages_per_second(server, "/simple/project0/", options.seconds, clients=16))
                if shutil.which("wrk"):
                    redirects.append(redirects_per_second(server, "/simple/project0/project0-1.0-py3-none-any.whl", options.seconds))
                more = index_of(options.files + FILES_PER_PROJECT, port)
                begin = time.perf_counter()
                GitHub.publish(more, options.files + FILES_PER_PROJECT)
                server.wait_for(f"/simple/project{options.files // FILES_PER_PROJECT}/")
                added.append((time.perf_counter() - begin) * 1000)
                most.append(server.megabytes("VmHWM"))
    title = f"{options.files} files, index of {len(GitHub.index) / 1e6:.0f} MB: "
    show(title + "start to first page, nothing cached", first, "ms")
    show(title + "start to first page", again, "ms")
    show(title + "memory after the start", idle, "MB")
    show(title + "CPU of a look without change", quiet, "ms")
    show(title + "project page, 16 clients", pages, "/s")
    if redirects:
        show(title + "redirect to the storage, 16 clients", redirects, "/s")
    show(title + "a new index to its page, looking each second", added, "ms")
    show(title + "most memory ever used", most, "MB")


if __name__ == "__main__":
    main()
