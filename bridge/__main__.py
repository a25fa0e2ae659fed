"""Entry point of ``nbwiki`` and ``python -m bridge``."""

from __future__ import annotations

import gc
import sys

OURS = ("bridge", "adapters", "converters")
_YOUNG = 10_000
"""New objects between two looks for cycles: Python's 700 cost a run of the command 3 % of its time. The model has none."""


def main() -> None:
    """Run the command line; explains it when another distribution put its files into our packages."""
    gc.set_threshold(_YOUNG)
    try:
        from bridge.cli import run
    except ImportError as error:
        clash = explain_clash(error)
        if not clash:
            raise
        sys.stderr.write(f"nbwiki: {clash}\n")
        raise SystemExit(1) from error
    raise SystemExit(run())


def explain_clash(error: Exception) -> str:
    """One line that names the other distributions that own our package names; empty if there are none.

    ``adapters`` is also a package of AdapterHub; pip overwrites silently, in either order.
    """
    from importlib.metadata import packages_distributions

    owners = packages_distributions()
    others = sorted({name for package in OURS for name in owners.get(package, ()) if name != "nbwiki"})
    if not others:
        return ""
    return (
        f"{error}; the installed {', '.join(others)} brings packages of the same name as ours "
        f"({', '.join(OURS)}); install nbwiki in an environment of its own: pipx install nbwiki"
    )


if __name__ == "__main__":
    main()
