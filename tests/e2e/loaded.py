"""A process that has the program loaded and forks one run of the command for each message: ``process.py`` asks it.

A run is a process of its own, with its own folder, environment and output, and ends as any Python does; it only need not
load Python and all modules again. Where the start is the point, ``nbwiki(fresh=True)`` starts a real one.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

PACKAGES = ("bridge", "adapters", "converters")
LATER = ("PIL.PngImagePlugin", "PIL.JpegImagePlugin", "encodings.idna", "httpcore", "anyio")
"""What runs load besides, by name at the time that they need it."""


def load() -> None:
    """All of our modules, and nothing of them is called."""
    for package in PACKAGES:
        found = importlib.import_module(package)
        for module in pkgutil.walk_packages(found.__path__, f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    for name in LATER:
        importlib.import_module(name)


def become(wish: dict[str, object], out: int, err: int) -> None:
    """The process is the one that was asked for from here on."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(ours, theirs)
        os.close(ours)
    environment = wish["environment"]
    assert isinstance(environment, dict)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(str(wish["folder"]))
    arguments = wish["arguments"]
    assert isinstance(arguments, list)
    sys.argv = [importlib.import_module("bridge.__main__").__file__ or "", *arguments]
    sys.path[0] = str(Path.cwd())  # as ``python -m`` has it


def main() -> None:
    """Forks until nobody asks any more; in a forked process, returns once it is what was asked for."""
    load()
    gc.collect()
    gc.freeze()
    asked = socket.socket(fileno=int(sys.argv[1]))
    asked.sendall(b"0\n")
    while True:
        message, files, _, _ = socket.recv_fds(asked, 1 << 20, 2)
        if not message:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            asked.close()
            become(json.loads(message), *files)
            return
        for file in files:
            os.close(file)
        asked.sendall(f"{os.waitpid(pid, 0)[1]}\n".encode())


def end() -> NoReturn:
    """The command, and what a Python that ends does, short of taking all modules apart."""
    code: object = 0
    try:
        importlib.import_module("bridge.__main__").main()
    except SystemExit as stop:
        code = stop.code
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    gc.collect()  # what was left open is told
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    main()
    end()
