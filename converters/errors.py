"""Errors that end the work on something, each with what, where and what to do next.

::

    BridgeError                    exit code
    ├── ConfigError                3
    ├── ConversionError            4   this document can't be converted; the others go on
    ├── SecretsFound               8   nothing of this report was sent
    └── adapters.errors.WikiError  (see there)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line's help needs errors, and not the model
    from converters.model import Where


class BridgeError(Exception):
    """Base of all errors that nbwiki raises on purpose. ``hint`` says what to do next; all are one line."""

    def __init__(self, message: str, *, where: Where | str | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = str(self.where) if self.where else ""
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}; {self.hint}" if self.hint else text


class ConfigError(BridgeError):
    """The configuration is wrong or incomplete."""


class ConversionError(BridgeError):
    """A document can't be read or converted."""


class SecretsFound(BridgeError):
    """A document holds what looks like credentials; nothing of it was sent."""
