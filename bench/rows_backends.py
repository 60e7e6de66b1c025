"""Repositories that are not in a folder: on GitHub, as a stand-in that answers at once, and in an object store with a shared database."""

import engines
import github
import scale

ROWS = ("github", "s3")


def run(bench):
    if bench.wants("github"):
        github.measure(bench.program, bench.figures, files=6_000, rounds=1, seconds=bench.seconds)
    if bench.wants("s3"):
        missing = engines.unmet()
        if missing:
            bench.figures.note(f"S3 and PostgreSQL: not measured, it needs {missing}")
            return
        folder = bench.folder / "engines"
        folder.mkdir()
        bench.folder.chmod(0o755)  # PostgreSQL runs as another user
        with scale.engines_in(folder) as (postgresql, ceph), scale.servers_in(bench.program, folder, postgresql, ceph, 1) as servers:
            scale.measure_reads(servers, bench.seconds, bench.rounds, bench.figures)
            for clients in (1, 8):
                scale.measure_uploads(servers, clients, bench.seconds, bench.figures)
