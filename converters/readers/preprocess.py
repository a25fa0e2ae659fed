"""nbconvert's preprocessors, configured by name: loaded only where a configuration asks for one."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Mapping
from typing import Any

from converters.errors import ConfigError, ConversionError


def preprocess(notebook: dict[str, Any], configured: Mapping[str, Mapping[str, object]], path: str) -> dict[str, Any]:
    """The notebook after each preprocessor, in the order of the configuration.

    A name is a class of ``nbconvert.preprocessors`` or a dotted path. Raises ConfigError for a name or trait that
    isn't there, ConversionError where a preprocessor fails on this notebook.
    """
    import nbformat
    from traitlets import TraitError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbconvert's own deprecations are not the author's business
        node = nbformat.from_dict(_joined(notebook))  # type: ignore[no-untyped-call]
        resources: dict[str, Any] = {
            "metadata": {"path": "", "name": path},
            "outputs": {},
            "output_files_dir": "",
            "unique_key": "",
        }
        for name, traits in configured.items():
            kind = _class(name)
            unknown = sorted(set(traits) - set(kind.class_trait_names()))
            if unknown:
                raise ConfigError(f"preprocessor {name} has no option {unknown[0]}")
            try:
                step = kind(**{"enabled": True, **traits})
            except TraitError as e:
                raise ConfigError(f"preprocessor {name}: {str(e).splitlines()[0]}") from None
            try:
                node, resources = step.preprocess(node, resources)
            except (AttributeError, KeyError, TypeError, ValueError, OSError) as e:
                reason = str(e).split("\n", 1)[0] or type(e).__name__
                raise ConversionError(f"preprocessor {name} failed: {reason}", where=path) from None
    return dict(node)


def _class(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module or "nbconvert.preprocessors"), attribute)
    except (ImportError, AttributeError):
        raise ConfigError(f"no preprocessor named {name}", hint="use a class of nbconvert.preprocessors") from None


def _joined(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with each source as one string and each odd cell gone, as preprocessors expect it."""
    cells = []
    for cell in notebook["cells"]:
        if not isinstance(cell, dict):
            continue
        source = cell.get("source")
        text = "".join(map(str, source)) if isinstance(source, list) else source if isinstance(source, str) else ""
        whole = {"metadata": {}, **cell, "source": text}
        if cell.get("cell_type") == "code":
            whole["outputs"] = cell.get("outputs") or []
        cells.append(whole)
    return {**notebook, "metadata": notebook.get("metadata") or {}, "cells": cells}
