"""The sandbox: a real local HTTP server that speaks Confluence (Cloud and Data Center) and Notion.

It is the demo, the default target and the test double, as strict as the vendors' servers. It knows no client
code: nothing in here imports from ``adapters`` outside this package, ``converters`` or ``bridge``.
"""
