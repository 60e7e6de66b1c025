"""What installers read, beside nginx that sends the same bytes from files."""

import contextlib
import time

import loads
import packages
from servers import NginxBefore, PyWharf, StaticNginx

PROJECTS = 1000
PAGE, LARGE, LIST = "/simple/project0/", "/simple/large/", "/simple/"
WHEEL = "/simple/small/small-1.0-py3-none-any.whl"
HUGE = "/simple/huge/huge-1.0-py3-none-any.whl"
HUGE_BYTES = 200_000_000
ROWS = {
    # key: what, path, headers, connections, floor and aim of the CPU ratio
    "page": ("project page, 10 files, JSON, 16 connections", PAGE, {}, 16, 0.90, 1.05),
    "page64": ("the same, 64 connections", PAGE, {}, 64, 0.95, 1.1),
    "not_modified": ("304", PAGE, {"If_None_Match": "*"}, 16, 0.80, 0.95),
    "large_gzip": ("project page, 1,000 files, gzip", LARGE, {"Accept_Encoding": "gzip"}, 16, 0.75, 0.9),
    "large": ("the same, identity", LARGE, {}, 16, 0.55, 0.75),
    "list": ("project list, 1,000, gzip", LIST, {"Accept_Encoding": "gzip"}, 16, 0.90, 1.0),
    "metadata": (".metadata", f"{WHEEL}.metadata", {}, 16, 0.75, 0.9),
    "file": ("4 kB wheel", WHEEL, {}, 16, 0.70, 0.9),
    "huge": ("200 MB file", HUGE, {}, 2, 0.18, None),
}
PROXIED = {
    # key: what, path, connections, aim of the CPU ratio
    "accel_file": ("4 kB wheel, nginx before pywharf", WHEEL, 16, None),
    "accel_huge": ("200 MB file, nginx before pywharf", HUGE, 2, 0.95),
}


def fill(root):
    for number in range(PROJECTS):
        packages.add(root, f"project{number}", 10 if number == 0 else 1)
    packages.add(root, "large", 1000)
    packages.add(root, "small", 1, "x" * 3200)
    packages.add(root, "huge", 1, "x" * HUGE_BYTES)


@contextlib.contextmanager
def started(program, root, flags=()):
    """A server on such a root that has read everything once."""
    with PyWharf(program, root, PAGE, flags=flags) as server:
        server.wait_for(f"{WHEEL}.metadata")
        yield server


@contextlib.contextmanager
def static(folder, server):
    with StaticNginx(folder, server, (PAGE, LARGE, LIST), (WHEEL, f"{WHEEL}.metadata", HUGE)) as nginx:
        yield nginx


def measure(servers, key, options, rounds=None):
    """The loads of each of these servers, which are asked in turn."""
    _, path, others, connections, *_ = ROWS[key]
    asked = {name: (server, path, headers_for(server, path, others), connections) for name, server in servers.items()}
    return interleaved(asked, options.seconds, rounds or options.rounds)


def headers_for(server, path, others):
    if "If_None_Match" in others:
        others = {"If_None_Match": server.get(path)[1]["ETag"]}
        assert server.get(path, loads.headers(**others))[0] == 304
    return loads.headers(**others)


def interleaved(asked, seconds, rounds):
    sizes = {name: HUGE_BYTES if path.endswith(HUGE) else None for name, (_, path, _, _) in asked.items()}
    for name, request in asked.items():  # until all code that it needs is compiled for good
        loads.read(*request, seconds, size=sizes[name])
    results = {name: [] for name in asked}
    for _ in range(rounds):
        for name, request in asked.items():
            results[name].append(loads.read(*request, seconds, size=sizes[name]))
    return results


def run(bench):
    """All of them, with one server as it comes and one without an access log, on one root."""
    keys = [key for key in ROWS if bench.wants(key)]
    proxied = [key for key in PROXIED if bench.wants(key)]
    others = [key for key in ("token", "search") if bench.wants(key)]
    if not keys + proxied + others:
        return
    root = bench.folder / "reads"
    fill(root)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(started(bench.program, root))
        if keys or proxied:
            nginx = stack.enter_context(static(bench.folder / "nginx", server))
        if keys:
            quiet = stack.enter_context(started(bench.program, root, ["--access_log=False"]))
            for key in keys:
                what, *_, floor, aim = ROWS[key]
                bench.figures.compare(key, what, measure({"pywharf": server, "without access log": quiet, "nginx": nginx}, key, bench), floor, aim)
        if proxied:
            run_proxied(bench, stack, root, nginx, proxied)
        if "token" in others:
            run_token(bench, server)
        if "search" in others:
            run_search(bench, server)


def run_proxied(bench, stack, root, nginx, keys):
    """nginx before pywharf, together: with the flag, and without it, when nginx passes on what pywharf sends."""
    flags = ["--trusted_proxy=127.0.0.1"]
    passing = stack.enter_context(started(bench.program, root, flags))
    behind = stack.enter_context(started(bench.program, root, [*flags, "--accel_redirect=/_files/"]))
    proxies = {"pywharf": NginxBefore(bench.folder / "accel", behind, root), "without --accel_redirect": NginxBefore(bench.folder / "passing", passing, root)}
    for proxy in proxies.values():
        stack.enter_context(proxy)
    for key in keys:
        what, path, connections, aim = PROXIED[key]
        _, headers, body = behind.get(path)
        assert "X-Accel-Redirect" in headers and not body, headers
        asked = {name: (proxy, f"/pypi{path}", loads.headers(), connections) for name, proxy in proxies.items()} | {"nginx": (nginx, path, loads.headers(), connections)}
        bench.figures.compare(key, what, interleaved(asked, bench.seconds, bench.rounds), aim=aim)


def run_token(bench, server):
    """A page for the secret and for a token, of one server."""
    made = server.post("/api/tokens", {"name": f"bench-{time.time_ns()}", "permission": "read"})
    asked = {name: (server, PAGE, loads.headers(secret), 16) for name, secret in (("token", made["token"]), ("secret", "read"))}
    results = interleaved(asked, bench.seconds, bench.rounds)
    for name, rounds in results.items():
        bench.figures.add(f"page_by_{name}", f"project page, 10 files, read with a {name}", [load.cpu for load in rounds], "µs of CPU")
    bench.figures.add("token_ratio", "CPU of a page by token, by secret = 1", [token.cpu / secret.cpu for token, secret in zip(results["token"], results["secret"])], "")


def run_search(bench, server):
    for key, what, path in (
        ("search_name", "search, a name among 1,000 projects", "/search?q=project7"),
        ("search_summary", "search, two words of the summary that all have", "/search?q=made+measurement"),
        ("search_page", "search as a page, a name among 1,000 projects", "/local/?q=project7"),
    ):
        sent = loads.headers() | ({"Accept": "text/html"} if key == "search_page" else {})
        results = interleaved({"pywharf": (server, path, sent, 16)}, bench.seconds, bench.rounds)["pywharf"]
        bench.figures.add(key, what, [load.cpu for load in results], "µs of CPU")
        bench.figures.add(f"{key}_rate", "  with 16 connections", [load.rate for load in results], "/s")
