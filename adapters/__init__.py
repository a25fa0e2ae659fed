"""Adapters: one protocol, three wikis (Confluence Cloud, Confluence Data Center, Notion), and a memory one."""
