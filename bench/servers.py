"""The servers that are measured, each started for a measurement on the loopback and gone with it."""

import base64
import gzip
import hashlib
import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time

CONFIG = '[local]\ntype = "file_system"\nread_secret = "read"\nwrite_secret = "write"\n'
JSON = "application/vnd.pypi.simple.v1+json"
PIP_ACCEPT = f"{JSON}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"
DEPLOYED = pathlib.Path(__file__).resolve().parent.parent / "deploy" / "nginx" / "pywharf.conf"

# As Debian's own; what it sends and logs is as fast as it can be made, so that the comparison is with nginx at its best.
NGINX = """
worker_processes 2;
user {user};
error_log {folder}/error.log crit;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {rest}
}}
"""
STATIC = """
    gzip_static on;
    open_file_cache max=10000 inactive=60s;
    default_type {json};
    types {{ application/octet-stream whl metadata; }}
    server {{
        listen 127.0.0.1:{port};
        root {folder}/site;
        index index.json;
        auth_basic "packages";
        auth_basic_user_file {folder}/passwords;
    }}
"""


def basic(secret, repository="local"):
    return "Basic " + base64.b64encode(f"{repository}:{secret}".encode()).decode()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def cpu_of(process):
    """Seconds of CPU of a process and its children so far."""
    total = 0
    for number in (process.pid, *pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()):
        fields = pathlib.Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


class Running:
    """A server that listens on `port`; `process` is it, and `behind` what it passes requests on to."""

    behind = None

    def cpu(self):
        return cpu_of(self.process) + (self.behind.cpu() if self.behind else 0)

    def get(self, path, headers=()):
        """Status, headers and body; 0 as long as nobody listens."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            connection.request("GET", path, headers={"Authorization": basic("read"), "Accept": JSON, **dict(headers)})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except OSError:
            return 0, {}, b""

    def rest(self):
        """Waits until it has done what it does after a start, a minute at most."""
        for _ in range(60):
            before = self.cpu()
            time.sleep(1)
            if self.cpu() - before <= 0.02:
                break

    def post(self, path, value):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", path, json.dumps(value), {"Authorization": basic("write"), "Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())

    def wait_for(self, path, status=200):
        while self.get(path)[0] != status:
            if self.process.poll() is not None:
                sys.exit(f"The server ended with {self.process.returncode}.")
            time.sleep(0.005)

    def close(self):
        self.process.terminate()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class PyWharf(Running):
    """started_in is the time from its start to the first answer, in seconds."""

    def __init__(self, program, root, page="/simple/", config=CONFIG, flags=(), environment=None):
        root.mkdir(parents=True, exist_ok=True)
        (root / "config.toml").write_text(config)
        self.port = free_port()
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            [program, "server", str(root), f"--config={root}/config.toml", "--host=127.0.0.1", f"--port={self.port}", "--extra_index_url=", *flags],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # a line for each request
            env=os.environ | (environment or {}),
        )
        self.wait_for(page)
        self.started_in = time.perf_counter() - begin

    def megabytes(self, key):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{key}:\s+(\d+) kB", text)[1]) / 1024


class Nginx(Running):
    def __init__(self, folder, rest):
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, rest=rest, user="root" if os.getuid() == 0 else "www-data"))
        self.process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-g", "daemon off;"], stderr=subprocess.DEVNULL)


class StaticNginx(Nginx):
    """Sends what another server answered before, from files."""

    def __init__(self, folder, server, pages, files):
        folder.mkdir()
        self.folder, self.port = folder, free_port()
        digest = base64.b64encode(hashlib.sha1(b"read").digest()).decode()
        (folder / "passwords").write_text(f"local:{{SHA}}{digest}\n")
        for path in (*pages, *files):
            status, _, content = server.get(path)
            assert status == 200, (path, status, content[:300])
            file = folder / "site" / path.lstrip("/") / ("index.json" if path in pages else "")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            if path in pages:
                pathlib.Path(f"{file}.gz").write_bytes(gzip.compress(content, 6))
        super().__init__(folder, STATIC.format(folder=folder, port=self.port, json=JSON))
        self.wait_for(pages[0])


class NginxBefore(Nginx):
    """deploy/nginx/pywharf.conf before one server, without TLS; it sends the files that --accel_redirect names."""

    def __init__(self, folder, behind, root):
        folder.mkdir()
        self.behind, self.port = behind, free_port()
        config = DEPLOYED.read_text()
        for pattern, replacement in (
            (r"listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};"),
            (r"  ssl_.*\n", ""),
            (r"(?:  server 127\.0\.0\.1:\d+ .*\n)+", f"  server 127.0.0.1:{behind.port} max_fails=0;\n"),
            (r"alias /srv/pywharf/;", f"alias {root}/;"),
        ):
            config, count = re.subn(pattern, replacement, config)
            assert count, pattern
        super().__init__(folder, config)
        self.wait_for("/pypi/simple/project0/")
