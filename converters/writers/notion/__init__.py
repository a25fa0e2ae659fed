"""Notion writer."""

from converters.writers.notion.write import write_notion

__all__ = ["write_notion"]
