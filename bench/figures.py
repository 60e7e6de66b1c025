"""What was measured: shown as it comes, and kept for a program."""

import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import time


def machine():
    """The kind of machine, as far as figures depend on it."""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 1024**2
    virtual = " (virtual)" if "hypervisor" in pathlib.Path("/proc/cpuinfo").read_text() else ""
    return f"{os.cpu_count()} cores of {model[1] if model else platform.machine()}{virtual}, {memory:.0f} GB"


def cpu_seconds():
    """Of everything on the machine, and of this program with its children that have ended."""
    fields = [int(value) for value in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:8])) / os.sysconf("SC_CLK_TCK"), sum(os.times()[:4])


def series(values):
    return {"median": rounded(statistics.median(values)), "least": rounded(min(values)), "most": rounded(max(values))}


def rounded(value):
    return round(value, 3 if value < 10 else 1)


class Figures:
    def __init__(self, program):
        version = subprocess.run([program, "version"], stdout=subprocess.PIPE, text=True).stdout.strip()
        self.head = {"machine": machine(), "program": version}
        self.rows = {}
        self.before, self.begin = cpu_seconds(), time.perf_counter()
        print(f"{version} on {self.head['machine']}; medians, and [least to most] of the rounds\n")

    def compare(self, key, what, loads, floor=None, aim=None):
        """CPU for a request of servers that were asked in turn: pywharf's first, nginx's last."""
        cpu = {name: series([load.cpu for load in rounds]) for name, rounds in loads.items()}
        rate = {name: statistics.median(load.rate for load in rounds) for name, rounds in loads.items()}
        *ours, theirs = cpu
        row = {"what": what, "cpu_us": cpu, "cpu_ratio": {}, "rate_ratio": {}, "floor": floor, "aim": aim}
        for name in ours:
            row["cpu_ratio"][name] = rounded(cpu[theirs]["median"] / cpu[name]["median"])
            row["rate_ratio"][name] = rounded(rate[name] / rate[theirs])
        spent = "   ".join(f"{name} {value['median']:.1f} [{value['least']:.1f} to {value['most']:.1f}]" for name, value in cpu.items())
        ratio, requests = (" and ".join(f"{value:.2f}" for value in row[name].values()) for name in ("cpu_ratio", "rate_ratio"))
        least = " and ".join(f"{cpu[theirs]['least'] / cpu[name]['least']:.2f}" for name in ours)
        bound = f", floor {floor:.2f}" if floor else ""
        self.keep(key, row, f"{what}: CPU ratio {ratio} (by the least {least}{bound}), requests/s {requests}; µs of CPU: {spent}")

    def add(self, key, what, values, unit, at_least=None, at_most=None):
        """A figure of pywharf alone, with its bound."""
        value = series(values)
        bound = f", at least {at_least:g}" if at_least else f", at most {at_most:g}" if at_most else ""
        spread = f"   [{value['least']:g} to {value['most']:g}]" if len(values) > 1 else ""
        self.keep(key, {"what": what, "unit": unit, **value, "at_least": at_least, "at_most": at_most}, f"{what}: {value['median']:g} {unit}{bound}{spread}")

    def end(self):
        """Tells how busy others kept the machine: where it is much, times and rates say little, and CPU less than usual."""
        everything, ours = (after - before for after, before in zip(cpu_seconds(), self.before))
        self.head["cores_of_others"] = round(max(0, everything - ours) / (time.perf_counter() - self.begin), 2)
        print(f"\nOther programs used {self.head['cores_of_others']:.2f} of {os.cpu_count()} cores meanwhile")

    def note(self, text):
        print(text, flush=True)

    def keep(self, key, row, text):
        self.rows[key] = {name: value for name, value in row.items() if value is not None} | {"date": datetime.date.today().isoformat()}
        print(text, flush=True)

    def write(self, file):
        """Rows that were not measured now stay, if they are of this kind of machine."""
        before = json.loads(file.read_text()) if file.exists() else {}
        kept = before["rows"] if before.get("machine") == self.head["machine"] else {}
        file.write_text(json.dumps(self.head | {"rows": kept | self.rows}, indent=2, ensure_ascii=False) + "\n")
