"""Enhanced Markdown, as the Markdown endpoints speak it: blocks to text, text to blocks, and a text's changes to a page.

Sources: "Enhanced markdown format" and "Update a page's content as markdown" of developers.notion.com (2026), and
published probes of the live endpoints. What neither says is guessed so that it refuses or loses more;
docs/sandbox-conformance.md tells which is which.
"""
