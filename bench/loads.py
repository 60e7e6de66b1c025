"""What servers are asked while they are measured: reads by wrk, uploads by clients of this process, which cost less than the server that answers them."""

import concurrent.futures
import contextlib
import dataclasses
import http.client
import json
import pathlib
import socket
import subprocess
import sys
import threading
import time

import packages
from servers import JSON, basic

SCRIPT = pathlib.Path(__file__).with_name("wrk.lua")
FASTEST = 4000  # so many uploads a second are made ready


@dataclasses.dataclass
class Load:
    """Requests a second, microseconds of the server's CPU for each, and the milliseconds within which 99 of 100 were answered."""

    rate: float
    cpu: float
    p99: float


def headers(secret="read", **others):
    return {"Authorization": basic(secret), "Accept": JSON, **{name.replace("_", "-"): value for name, value in others.items()}}


def read(server, path, sent, connections, seconds, pause=None, size=None):
    """With the size of an answer, also what of the last ones had arrived at the end is counted."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT)]
    for name, value in sent.items():
        command += ["-H", f"{name}: {value}"]
    before = server.cpu()
    output = subprocess.run([*command, f"http://127.0.0.1:{server.port}{path}", *([str(pause)] if pause else [])], stdout=subprocess.PIPE, text=True, check=True).stdout
    spent, counted = server.cpu() - before, json.loads(output.split("JSON ")[1])
    requests = counted["bytes"] / size if size else counted["requests"]
    if counted["failed"] or requests == 0:
        sys.exit(f"{path}: {output}")
    return Load(requests / counted["microseconds"] * 1e6, spent / requests * 1e6, counted["p99"] / 1000)


def send(server, requests, times, end):
    """One client: sends the next request, which others take theirs from too, until it is time to stop."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while not end():
            try:
                request = requests.pop()
            except IndexError:
                raise SystemExit("Uploads were faster than they were made ready for") from None
            begin = time.perf_counter()
            connection.sendall(request)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            body = answer.read()
            times.append(time.perf_counter() - begin)
            if answer.status != 200:
                raise SystemExit(f"Upload: {answer.status} {body!r}")


class Uploads:
    """Uploads to one server, of which none is like another; ten are a project."""

    made = 0

    def __init__(self, server):
        self.server = server

    def requests(self, count):
        Uploads.made += count
        return [packages.request(f"fresh{number // 10}", f"1.{number % 10}") for number in range(Uploads.made - count, Uploads.made)]

    @contextlib.contextmanager
    def clients(self, count, requests, end):
        """Clients that upload until `end()` is true; what each upload took, in seconds, once they have ended."""
        times = []
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            running = [pool.submit(send, self.server, requests, times, end) for _ in range(count)]
            yield times
        for client in running:
            client.result()

    def load(self, count, seconds):
        """Uploads a second that were acknowledged, and what the server spent for each."""
        requests = self.requests(FASTEST * seconds)
        before, begin = self.server.cpu(), time.perf_counter()
        with self.clients(count, requests, lambda: time.perf_counter() - begin > seconds) as times:
            pass
        elapsed, spent = time.perf_counter() - begin, self.server.cpu() - before
        return Load(len(times) / elapsed, spent / len(times) * 1e6, sorted(times)[int(len(times) * 0.99)] * 1000)

    @contextlib.contextmanager
    def going_on(self, count, seconds):
        """Uploads beside what is done within, which takes less than so many seconds."""
        ended = threading.Event()
        with self.clients(count, self.requests(FASTEST * seconds), ended.is_set):
            try:
                yield
            finally:
                ended.set()


def upload(connection, project, version, description=""):
    """One upload; the milliseconds until it was acknowledged."""
    body = packages.form(project, version, description)
    begin = time.perf_counter()
    connection.request("POST", "/simple/", body, {"Authorization": basic("write"), "Content-Type": f"multipart/form-data; boundary={packages.BOUNDARY}"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        sys.exit(f"Upload: {answer.status} {text!r}")
    return (time.perf_counter() - begin) * 1000
