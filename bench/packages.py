"""Packages to measure with: storages as an older server left them, and uploads as twine sends them."""

import base64
import concurrent.futures
import hashlib
import itertools
import zipfile
from io import BytesIO

from servers import basic

BOUNDARY = "8dc5a3f1c6f74fd2a1d8cf5d2c3b7e90"


def wheel(project, version, description=""):
    info = f"{project}-{version}.dist-info"
    files = {
        f"{project}/__init__.py": f"__version__ = '{version}'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\nRequires-Python: >=3.8\n"
        f"Description-Content-Type: text/markdown\n\n{description}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},{len(text)}\n" for path, text in files.items()
    ) + f"{info}/RECORD,,\n"
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{project}-{version}-py3-none-any.whl", content.getvalue()


def add(root, project, files, description=""):
    """A project in the layout of older servers: files and .meta, and no catalog. Returns the name of the last file."""
    folder = root / "cache" / "local" / "storage" / project
    folder.mkdir(parents=True)
    for number in range(files):
        version = f"1.{number}"
        name, content = wheel(project, version, description)
        (folder / name).write_bytes(content)
        (folder / f"{name}.meta").write_text(
            f'name = "{project}"\nversion = "{version}"\nfiletype = "bdist_wheel"\npyversion = "py3"\nmetadata_version = "2.1"\n'
            f'requires_python = ">=3.8"\nsummary = "Made for a measurement"\n":action" = "file_upload"\nprotocol_version = "1"\n'
            f'distrib = "{project}"\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
        )
    return name


def fill(root, files, files_per_project=10):
    """So many files, made by every core: a million take minutes."""
    root.mkdir(parents=True, exist_ok=True)
    counts = [files_per_project] * (files // files_per_project) + ([files % files_per_project] if files % files_per_project else [])
    with concurrent.futures.ProcessPoolExecutor() as pool:
        list(pool.map(add, itertools.repeat(root), [f"project{number}" for number in range(len(counts))], counts, chunksize=20))


def form(project, version, description=""):
    """The body of an upload."""
    name, content = wheel(project, version, description)
    fields = {
        ":action": "file_upload", "protocol_version": "1", "metadata_version": "2.1", "name": project, "version": version,
        "filetype": "bdist_wheel", "pyversion": "py3", "sha256_digest": hashlib.sha256(content).hexdigest(),
    }
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="content"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    )
    return b"".join(parts)


def request(project, version):
    """An upload as it goes over the wire, made before it is measured."""
    body = form(project, version)
    head = (
        f"POST /simple/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: {basic('write')}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
