"""nbwiki: data-science reports out of notebooks and repositories into the wiki that everyone reads."""

__version__ = "0.1.0"
