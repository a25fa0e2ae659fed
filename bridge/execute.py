"""Notebooks run in a fresh kernel, in a temporary copy of the source tree: sources are never modified."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bridge.config import without_tokens
from bridge.discover import discover
from bridge.pipeline import RunFailed
from bridge.settings import ExecuteSettings, Settings
from bridge.source_tree import SourceTree
from converters.errors import ConfigError

log = logging.getLogger(__name__)


class ExecutedTree(SourceTree):
    """The source tree with some files replaced by their executed form; failures are raised when they are read."""

    def __init__(self, root: Path, executed: dict[str, bytes], failed: dict[str, str]) -> None:
        super().__init__(root)
        self.executed = executed
        self.failed = failed

    def read(self, path: str) -> bytes:
        """Bytes of the executed notebook, or of the file. Raises RunFailed for a notebook whose run failed."""
        if path in self.failed:
            raise RunFailed(self.failed[path])
        return self.executed[path] if path in self.executed else super().read(path)


@contextmanager
def executed_tree(settings: Settings, paths: Sequence[Path], *, wanted: bool) -> Iterator[SourceTree]:
    """The files to render: as they are, or with notebooks executed. Raises ConfigError without the extra."""
    if not (wanted or settings.file.execute.enabled):
        yield SourceTree(settings.root)
        return
    executor = _executor()
    with tempfile.TemporaryDirectory(prefix="nbwiki-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(settings.root, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", ".venv"))
        executed: dict[str, bytes] = {}
        failed: dict[str, str] = {}
        for found in discover(settings, paths).found:
            if found.path.endswith(".ipynb"):
                log.info("running %s", found.path)
                with without_tokens(settings):
                    _run(executor, copy, found.path, settings.file.execute, executed, failed)
        yield ExecutedTree(settings.root, executed, failed)


def _executor() -> Any:
    try:
        import ipykernel  # noqa: F401
        from nbconvert.preprocessors import ExecutePreprocessor
    except ImportError as error:
        raise ConfigError("--execute needs a Jupyter kernel", hint="pip install nbwiki[jupyter]") from error
    return ExecutePreprocessor


def _run(
    executor: Any, copy: Path, path: str, execute: ExecuteSettings, executed: dict[str, bytes], failed: dict[str, str]
) -> None:
    import importlib

    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    nbformat: Any = importlib.import_module("nbformat")  # its functions have no types

    try:
        notebook = nbformat.reads((copy / path).read_text(encoding="utf-8"), as_version=4)
        if execute.parameters:
            lines = [f"{name} = {value!r}" for name, value in execute.parameters.items()]
            cell = nbformat.v4.new_code_cell(
                "\n".join(lines), metadata={"tags": ["injected-parameters"]}, id="injected-parameters"
            )
            notebook.cells.insert(0, cell)
        # record_timing would change the attached notebook, and so the page, with each run
        options = {
            "timeout": execute.timeout_s,
            "record_timing": False,
            **({"kernel_name": execute.kernel} if execute.kernel else {}),
        }
        executor(**options).preprocess(notebook, {"metadata": {"path": str((copy / path).parent)}})
        executed[path] = nbformat.writes(notebook).encode()
    except CellExecutionError as error:
        failed[path] = f"its run failed in {_failing(notebook)}: {error.ename}: {error.evalue}"
    except (CellTimeoutError, DeadKernelError, NoSuchKernel) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        failed[path] = f"its run failed in {_failing(notebook)}: {reason}"
    except (ValueError, OSError, nbformat.ValidationError):
        log.debug("%s can't be run; the reader says why", path)


def _failing(notebook: Any) -> str:
    """``cell 3``, counted from 1 over all cells: the one with an error, else the last one that was begun."""
    code = [(number, cell) for number, cell in enumerate(notebook.cells, start=1) if cell.cell_type == "code"]
    failed = [number for number, cell in code if any(one.output_type == "error" for one in cell.outputs)]
    begun = [number for number, cell in code if cell.execution_count or cell.outputs]
    return f"cell {(failed or begun or [1])[-1]}"
