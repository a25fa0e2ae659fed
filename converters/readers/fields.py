"""Names of metadata in every dialect → our canonical fields.

Dialects: Kyso, knowledge-repo, Quarto, MyST and Jupyter Book, R Markdown with distill and blogdown, Jekyll, fastpages
and nbdev, mark, md2conf, conflr, mk-notes, ours. Names are compared in lower case with ``_`` for ``-`` and blanks.
"""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "pagetitle", "short_title", "linktitle"),
    "subtitle": ("subtitle",),
    "summary": ("summary", "tldr", "description", "abstract", "excerpt", "parts.abstract", "description_meta"),
    "team": ("team", "channel"),
    "hub": ("hub", "organization", "venue"),
    "data_as_of": ("data_as_of",),
    "refresh_every": ("refresh_every",),
    "review_by": ("review_by",),
    "path": ("path",),
    "parent": ("parent",),
    "id": ("id", "uuid", "label"),
    "main": ("main",),
    "kind": ("kind", "type"),
    "language": ("language", "lang"),
    "license": ("license", "licence"),
    "doi": ("doi",),
    "superseded_by": ("superseded_by", "links.superseded_by"),
}
"""Canonical field → names that hold one text, best first. ``a.b`` is ``b`` inside the mapping ``a``."""

DATES: Mapping[str, tuple[str, ...]] = {
    "created": ("created", "created_at", "date", "date_published", "publishdate", "published_at"),
    "updated": ("updated", "updated_at", "date_modified", "lastmod", "last_modified", "modified"),
}

LISTS: Mapping[str, tuple[str, ...]] = {
    "tags": ("tags", "categories", "keywords", "topics", "labels"),
    "audience": ("audience", "audiences"),
    "allow": ("allow", "allowed_groups"),
    "aliases": ("aliases", "alias", "slug"),
    "files": ("files", "downloads"),
    "reports": ("reports", "listing.contents"),
    "notify": ("notify",),
    "related": ("related", "links.related", "other_links"),
    "supersedes": ("supersedes", "links.supersedes"),
    "uses": ("uses", "links.uses"),
    "environment": ("env", "environment", "requirements", "resources", "renv"),
}
"""Canonical field → names that hold a list; all of them count together."""

OTHERS = frozenset(
    {
        "author", "authors", "contributors", "affiliations", "owner", "maintainer", "reviewers", "editors", "draft",
        "status", "published", "private", "visibility", "open_access", "code", "code_fold", "code_folding",
        "code_tools", "show_code", "show_output", "hide_input", "echo", "toc", "toc_depth", "numbering",
        "number_sections", "params", "parameters", "run", "binder", "colab", "jupyterhub", "launch_buttons",
        "code_links", "thebe", "wiki", "confluence", "notion", "data_sources", "parts", "links", "listing", "execute",
        "citation", "thumbnail", "preview", "image", "featured", "banner", "cover", "source", "github", "repository", "order", "weight", "nav_order",
        "sidebar_position",
        "repository_url", "repo", "repo_url", "source_url", "edit_url", "nbwiki", "confluence_page_id",
        "confluence_space_key", "confluence_settings", "page_id", "space_key", "parent_id",
    }
)  # fmt: skip
"""Names that dialects read with rules of their own (:mod:`converters.readers.dialects`)."""

_TOOLS = frozenset(
    {
        # Quarto and pandoc
        "format", "project", "website", "engine", "jupyter", "knitr", "editor", "editor_options", "filters", "theme",
        "css", "bibliography", "csl", "nocite", "link_citations", "reference_section_title", "title_block_banner",
        "title_block_style", "page_layout", "crossref", "freeze", "cache", "highlight_style", "fig_width",
        "fig_height", "fig_cap_location", "tbl_cap_location", "shift_heading_level_by", "lightbox", "comments",
        "callout_appearance", "callout_icon", "toc_title", "toc_location", "number_depth", "header_includes",
        "include_in_header", "include_before_body", "include_after_body", "image_alt", "image_width", "search", "date_format",
        "appendix_style", "google_scholar", "notebook_links", "notebook_view", "embed_resources", "resource_files",
        "resource_path", "metadata_files", "brand", "validate_yaml", "server", "webr", "pyodide", "monofont",
        "mainfont", "sansfont", "documentclass", "classoption", "papersize", "geometry", "fontsize", "linestretch",
        "reference_location", "citation_location", "code_annotations", "code_line_numbers", "code_overflow", "code_copy",
        "code_block_bg", "keep_tex", "keep_md", "keep_typ", "keep_ipynb", "mermaid", "smooth_scroll", "anchor_sections",
        "fig_align", "fig_format", "fig_dpi", "fig_responsive", "grid", "margin", "max_width", "self_contained",
        "colorlinks", "linkcolor", "urlcolor", "citecolor", "subject", "date_meta", "author_meta", "lof", "lot",
        # R Markdown, distill, blogdown, Hugo
        "output", "site", "knit", "runtime", "vignette", "always_allow_html", "pkgdown", "base_url", "creative_commons",
        "compare_updates_url", "twitter", "resources", "rmd_output_metadata", "menu", "layout", "toc_float",
        "code_download", "df_print", "series", "math", "mathjax", "katex", "nsc", "slides", "projects",
        # MyST, Jupyter Book, jupytext
        "file_format", "sd_hide_title", "jupytext", "kernelspec", "language_info", "exports", "export", "math_macros", "abbreviations", "arxiv", "pmid",
        "pmcid", "substitutions", "myst", "biblio", "funding", "acknowledgments", "copyright", "orphan", "settings", "hide_outline",
        "hide_toc", "hide_footer_links", "hide_search_frontmatter", "html_meta", "nosearch", "tocdepth", "references", "keypoints",
        "data_availability", "enumerator", "heading_1", "content_includes_title", "options", "edit", "mystnb",
        # Jekyll, fastpages, nbdev, Kyso, wikis
        "permalink", "badges", "branch", "hide", "search_exclude", "sticky_rank", "use_math", "skip_showdoc", "skip_exec",
        "output_file", "default_exp", "hide_binder_badge", "hide_colab_badge", "hide_github_badge", "hideroot",
        "hide_deepnote_badge", "metadata_key1", "metadata_key2", "show_tags", "rating", "toc_depth", "read_time",
        "icon", "url", "sidebar_label", "version", "name", "generated_by",
    }
)  # fmt: skip
"""Names that tools read for themselves: kept, and nothing to tell authors about."""

KNOWN = (
    frozenset(name.partition(".")[0] for table in (TEXTS, DATES, LISTS) for names in table.values() for name in names)
    | OTHERS
)
"""All names that become a canonical field."""

QUIET = KNOWN | _TOOLS
"""Names that need no note."""


def normal(key: object) -> str:
    """A key as the tables write it."""
    return str(key).strip().lower().replace("-", "_").replace(" ", "_")
