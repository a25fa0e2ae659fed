"""Confluence inside the sandbox: Cloud (v2 and what remains of v1) and Data Center (v1)."""

from adapters.sandbox.confluence.dump import dump
from adapters.sandbox.confluence.router import handle
from adapters.sandbox.confluence.schema import install, seed

__all__ = ["dump", "handle", "install", "seed"]
