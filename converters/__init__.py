"""Converters: documents in, wiki markup out. Pure: bytes in, values out, no network, no clock."""
