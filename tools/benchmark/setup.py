"""Fetches the systems that Daybook is measured beside, none of them as a service of the machine."""

import os
import pathlib
import shutil
import subprocess
import sys


def python(place):
    """The Python that has the clients, once they were installed."""
    return pathlib.Path(place) / "peers/venv/bin/python"


def install(place):
    """PostgreSQL by apt, unless it is there; the rest below `place`. Needs the net."""
    peers = pathlib.Path(place) / "peers"
    peers.mkdir(parents=True, exist_ok=True)
    if not any(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        as_root = [] if os.geteuid() == 0 else ["sudo"]
        run([*as_root, "apt-get", "install", "-y", "--no-install-recommends", "postgresql"])
    if not python(place).exists():
        run([sys.executable, "-m", "venv", peers / "venv"])
    run([python(place), "-m", "pip", "install", "--quiet", "umadb", "nats-py"])
    if not (peers / "nats").exists() and shutil.which("apt-get"):
        # Unpacked and not installed: the package would start a service.
        run(["apt-get", "download", "nats-server"], cwd=peers)
        for package in peers.glob("nats-server*.deb"):
            run(["dpkg-deb", "-x", package, peers / "nats"])


def run(command, **options):
    print("$", *command, flush=True)
    subprocess.run([str(word) for word in command], check=True, **options)
