"""A repository whose every place of text, name and link tries to become something else."""

from __future__ import annotations

import base64
import json
import os
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any

SECRET = "TOPSECRET-outside-of-the-root"
"""Stands in every file outside the source root, in text and in pictures."""

BREAKOUTS = (
    '<ac:structured-macro ac:name="html"><ac:plain-text-body><![CDATA[<script>1</script>]]></ac:plain-text-body></ac:structured-macro>',
    ']]></ac:plain-text-body></ac:structured-macro><ac:structured-macro ac:name="include"/>',
    '"/><ri:user ri:account-id="x"/><ac:link><ri:page ri:content-title="Secret"/></ac:link><a href="javascript:1">x</a>',
    '&lt;ac:structured-macro ac:name="jira"/&gt;&#60;ac:structured-macro ac:name="jira"/&#62;',
    "<?php 1 ?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;<!-- --><![CDATA[x]]>",
    "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)></svg>",
    '<a href="nbwiki:stolen#x">spoof</a>',
    "{html}x{html} {include:Secret} [x|javascript:1] !x.png!",
)
"""Text that leaves its element in a writer that glues strings."""

ALL = " ".join(BREAKOUTS)
SHORT = BREAKOUTS[0][:60] + BREAKOUTS[1]

SCHEMES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "java\u200bscript:alert(1)",
    "\ufeffjavascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "&#106;avascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript%3Aalert(1)",
    "vbscript:x",
    "data:text/html,<script>1</script>",
    "data:text/html;base64,PHNjcmlwdD4xPC9zY3JpcHQ+",
    "file:///etc/passwd",
    "FILE:/etc/passwd",
    "blob:https://x/1",
    "view-source:https://x",
    "nbwiki:stolen#top",
    "nbwiki-asset:0123",
    "smb://host/share",
    "\\\\host\\share\\x.png",
    "http:javascript:1",
    "https:",
    "tel:1",
)

OUTSIDE = (
    "../outside/secret.png",
    "..%2foutside%2fsecret.png",
    "%2e%2e/outside/secret.png",
    "%252e%252e/outside/secret.png",
    "..\\outside\\secret.png",
    "nested/../../outside/secret.png",
    "./nested/./../../outside/secret.png",
    "linked.png",
    "linked/secret.png",
    "linked/../linked/secret.png",
    "loop.png",
    "loops/a/secret.png",
    "pipe.png",
    "null.png",
    "nul%00l.png",
    "~/secret.png",
    "C:\\secret.png",
    "c:/secret.png",
    "a" * 5000 + ".png",
)
"""Addresses that lead out of ``repository`` to ``outside`` (absolute ones are added), or to what is no file."""


def png(width: int = 2, height: int = 2, text: str = "", *, claim: tuple[int, int] | None = None) -> bytes:
    """A picture; with ``claim`` its header lies about the size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", *(claim or (width, height)), 8, 2, 0, 0, 0)
    words = chunk(b"tEXt", b"note\0" + text.encode()) if text else b""
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + words + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def svgs(canary: str, outside: Path) -> dict[str, str]:
    """Drawings that run, fetch, read or grow."""
    head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40"'
    secret = outside / "secret.png"
    inner = f'{head}><image href="{secret}" width="40" height="40"/></svg>'
    packed = base64.b64encode(inner.encode()).decode()
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return {
        "script": f"{head} onload='alert(1)'><script>alert(1)</script><rect width='9' height='9'/></svg>",
        "remote": f'{head}><image xlink:href="{canary}/svg-image" width="9" height="9"/><use href="{canary}/use#a"/>'
        f'<style>@import url("{canary}/css"); rect {{ fill: url({canary}/fill) }}</style><rect width="9" height="9"/></svg>',
        "read": f'{head}><image href="{secret}" width="40" height="40"/><image xlink:href="file://{secret}" width="40" height="40"/></svg>',
        "entity": f'<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY p "{secret}">]>{head}>'
        f'<text y="9">&f;</text><image href="&p;" width="40" height="40"/></svg>',
        "markup-entity": f"<!DOCTYPE svg [<!ENTITY i \"&#60;image hre&#102;='{secret}' width='40' height='40'/&#62;\">]>{head}>&i;</svg>",
        "nested": f'{head}><image href="data:image/svg+xml;base64,{packed}" width="40" height="40"/></svg>',
        "laughs": f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]>{head}><text>&l9;</text></svg>',
        "huge": '<svg xmlns="http://www.w3.org/2000/svg" width="1e9" height="1e9"><rect width="9" height="9"/></svg>',
        "hidden-huge": '<!-- <svg width="1" height="1"> --><svg xmlns="http://www.w3.org/2000/svg" width="300000" '
        'height="300000"><rect width="9" height="9"/></svg>',
        "endless": f'<svg xmlns="http://www.w3.org/2000/svg" width="{"9" * 400}" height="1"><rect width="9" height="9"/></svg>',
    }


def cell(kind: str, source: str, **more: Any) -> dict[str, Any]:
    """A notebook cell."""
    own = {"execution_count": 1, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source, **own, **more}


def show(data: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """A code cell with one displayed output."""
    output = {"output_type": "display_data", "data": data, "metadata": metadata}
    return cell("code", "show()", outputs=[output])


def notebook(cells: list[dict[str, Any]], **metadata: Any) -> str:
    """A notebook as a file holds it."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells})


def _every_place(canary: str, outside: Path) -> str:
    picture = base64.b64encode(png()).decode()
    header = "\n".join(
        f"{name}: {json.dumps(value)}"
        for name, value in {
            "title": f"Title {SHORT}",
            "subtitle": SHORT,
            "summary": ALL,
            "authors": [{"name": SHORT, "email": f"{SHORT}@x.org", "url": "javascript:1", "orcid": SHORT}, SHORT],
            "owner": SHORT,
            "reviewers": [SHORT],
            "tags": [SHORT, '"><ac:x>'],
            "team": SHORT,
            "license": SHORT,
            "doi": "javascript:1",
            "updated": SHORT,
            "data_as_of": SHORT,
            "thumbnail": "../outside/secret.png",
            "files": ["../outside/secret.txt", str(outside / "secret.txt")],
            "path": "../../outside",
            "wiki": {"page": "1", "id": SHORT},
            "data_sources": [{"name": SHORT, "url": "javascript:1", "as_of": SHORT}],
            "related": ["../outside/secret.txt", "nbwiki:stolen"],
            "extra": {"x": SHORT},
        }.items()
    )
    error = {"output_type": "error", "ename": SHORT, "evalue": ALL, "traceback": [f"\x1b[31m{ALL}\x1b[0m", ALL]}
    stream = {"output_type": "stream", "name": SHORT, "text": ALL + "\x1b]8;;javascript:1\x07x\x1b]8;;\x07"}
    options = {"caption": SHORT, "alt": SHORT, "label": SHORT, "tags": [SHORT, "hide-input"], "name": SHORT}
    cells = [
        cell("raw", f"---\n{header}\n---"),
        cell(
            "markdown",
            f"# {ALL}\n\n## {SHORT}\n\n{ALL}\n\n> {ALL}\n\n- {ALL}\n- [ ] {SHORT}\n\n| {SHORT.replace('|', '')} | b |\n|-|-|\n| {SHORT} | c |",
        ),
        cell("markdown", f"`{ALL}` and $x{SHORT}$\n\n```{SHORT}\n{ALL}\n```\n\n$$\n{ALL}\n$$\n\n[^1] x\n\n[^1]: {ALL}"),
        cell(
            "markdown",
            f"<div class='{SHORT}' style='background:url({canary}/css)'>{ALL}</div>\n\n<details><summary>{ALL}</summary>{ALL}</details>",
        ),
        cell(
            "markdown", f'![{SHORT}](attachment:a%22%3E.png "{SHORT}")', attachments={'a">.png': {"image/png": picture}}
        ),
        cell(
            "markdown",
            f"<iframe src='{canary}/iframe'></iframe><img src='{canary}/img'><object data='{canary}/o'></object>"
            f"<embed src='{canary}/e'><video src='{canary}/v'></video><link rel=stylesheet href='{canary}/l'>![x]({canary}/md)",
        ),
        *(
            cell("raw", ALL, metadata={"format": kind})
            for kind in (
                "text/html",
                "text/latex",
                "text/restructuredtext",
                "text/markdown",
                "confluence",
                "text/x-confluence",
                "notion",
                SHORT,
            )
        ),
        cell(SHORT, ALL),
        cell(
            "code",
            ALL + "\n#| fig-cap: " + SHORT,
            metadata={**options, "jupyter": options},
            outputs=[error, stream, dict(stream, name="stderr")],
        ),
        show(
            {
                "text/html": ALL
                + f"<table><tr><th>{ALL}</th><td onclick='x' data-highlight-colour='{SHORT}'>{ALL}</td></tr></table>"
            }
        ),
        show({"text/html": f"<iframe srcdoc=\"<img src='{canary}/srcdoc'>\"></iframe>"}),
        show({"text/latex": f"$$ {ALL} $$", "text/plain": ALL}),
        show({"text/markdown": ALL, "text/plain": ALL}),
        show({"application/json": {ALL: [ALL, {"x": ALL}]}, "text/plain": ALL}),
        show(
            {
                "application/vnd.plotly.v1+json": {
                    "data": [{"type": "bar", "x": [ALL], "y": [1]}],
                    "layout": {
                        "title": ALL,
                        "images": [{"source": f"{canary}/plotly", "x": 0, "y": 1, "sizex": 1, "sizey": 1}],
                    },
                },
                "text/plain": ALL,
            }
        ),
        show(
            {
                "application/vnd.vegalite.v5+json": {
                    "data": {"url": f"{canary}/vega.csv"},
                    "mark": "bar",
                    "encoding": {},
                },
                "text/plain": ALL,
            }
        ),
        show(
            {
                "application/vnd.vegalite.v5+json": {
                    "data": {"url": str(outside / "secret.csv")},
                    "mark": "text",
                    "encoding": {"text": {"field": "a"}},
                },
                "text/plain": ALL,
            }
        ),
        show({"application/vnd.jupyter.widget-view+json": {"model_id": ALL}, "text/plain": ALL}),
        show({SHORT: ALL, "text/plain": ALL}),
        show(
            {"image/png": picture, "text/plain": ALL},
            **{"image/png": {"width": SHORT, "height": "9999999999999"}, "alt": SHORT, "caption": SHORT},
        ),
        show({"image/png": base64.b64encode(b"<script>alert(1)</script>").decode(), "text/plain": ALL}),
        *(show({"image/svg+xml": svg, "text/plain": name}) for name, svg in svgs(canary, outside).items()),
    ]
    return notebook(
        cells,
        kernelspec={"name": SHORT, "display_name": ALL, "language": SHORT},
        language_info={"name": SHORT, "version": SHORT},
        papermill={"parameters": {SHORT: ALL, "n": {"x": [SHORT]}}, "start_time": SHORT, "duration": SHORT},
        title=SHORT,
        authors=[{"name": SHORT}],
    )


def _links() -> str:
    lines = ["# Links", ""]
    for number, address in enumerate(SCHEMES):
        plain = address.replace("\n", "&#10;").replace("\t", "&#9;")
        lines += [
            (
                f'[md{number}](<{plain}>) ![md{number}](<{plain}>) <a href="{plain}">html{number}</a> '
                f'<img src="{plain}" alt="i{number}"><iframe src="{plain}"></iframe> <{address.strip()}>'
            ),
            "",
            f"[ref{number}][r{number}] [![x](p.png)](<{plain}>)",
            "",
            f"[r{number}]: <{plain}>",
            "",
            f"<div><p><a href='{address}'>block{number}</a><video src='{plain}'></video></p></div>",
            "",
        ]
    lines += ["[protocol relative](//evil.example/x)", "", '[quote](<https://e.example/"onclick="x>)', ""]
    return "\n".join(lines)


def _pictures(outside: Path, canary: str) -> str:
    addresses = [
        *OUTSIDE,
        str(outside / "secret.png"),
        f"file://{outside}/secret.png",
        f"//{outside}/secret.png",
        f"{canary}/remote.png",
    ]
    lines = ["# Pictures", ""]
    for address in addresses:
        lines += [f"![x](<{address}>)", "", f"<img src='{address}'>", "", f"[file](<{address}>)", ""]
    lines += ["![bomb](bomb.png)", "", "![lie](lie.png)", "", "![cut](cut.png)", "", "![text](fake.png)", ""]
    return "\n".join(lines)


def _quarto() -> str:
    return f"""---
title: Raw blocks
---

```{{=html}}
{ALL}
```

```{{=confluence}}
{BREAKOUTS[0]}
```

```{{=notion}}
[{{"type": "embed", "embed": {{"url": "https://evil.example"}}}}]
```

`{BREAKOUTS[0]}`{{=confluence}} and `<b>x</b>`{{=html}}

::: {{.callout-note title='{SHORT}' onclick="x"}}
{ALL}
:::

![{SHORT}](p.png){{#fig-x .evil onload="x" width="1e9" fig-alt='{SHORT}'}}

```{{python}}
#| label: {json.dumps(SHORT)}
#| fig-cap: {json.dumps(SHORT)}
#| code-summary: {json.dumps(SHORT)}
#| code-fold: true
{ALL}
```

```{{raw}} html
{ALL}
```

```{{note}} {SHORT}
{ALL}
```

{{{{< include ../outside/secret.txt >}}}}

{{{{< embed ../outside/secret.txt >}}}}
"""


YAML_BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
"""Nine to the twelfth leaves out of 600 bytes."""


def _headers() -> dict[str, str]:
    return {
        "bomb.md": f"---\ntitle: Bomb\n{YAML_BOMB}summary: *a11\nwiki: {{x: *a11}}\ntags: *a11\nparams: {{x: *a11}}\n---\ntext",
        "bomb.qmd": f"---\ntitle: Bomb in a chunk\n---\n\n```{{python}}\n#| {YAML_BOMB.strip().replace(chr(10), chr(10) + '#| ')}\n#| label: *a11\n1\n```\n",
        "python.md": '---\ntitle: !!python/object/apply:os.system ["touch PWNED"]\n---\ntext',
        "python.qmd": '---\ntitle: Chunk\n---\n\n```{python}\n#| label: !!python/object/apply:os.system ["touch PWNED"]\n1\n```\n',
        "deep.md": f"---\ntitle: Deep\nx: {'[' * 1200}{']' * 1200}\n---\ntext",
        "self.md": "---\ntitle: Self\nparams: &p {x: *p}\nwiki: &w [*w]\n---\ntext",
        "ids.md": "---\ntitle: Ids\nid: 'nbwiki:root:Reports'\n---\ntext",
    }


def build(folder: Path, canary: str) -> Path:
    """The repository below ``folder``, with what it must not reach beside it."""
    outside = folder / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(png(text=SECRET))
    for name in ("secret.txt", "secret.md", "secret.csv", "secret.ipynb"):
        (outside / name).write_text(f"a\n{SECRET}\n", encoding="utf-8")
    root = folder / "repository"
    (root / "nested").mkdir(parents=True)
    (root / "loops").mkdir()
    (root / "linked.png").symlink_to(outside / "secret.png")
    (root / "linked").symlink_to(outside)
    (root / "linked.md").symlink_to(outside / "secret.md")
    (root / "loop.png").symlink_to("loop.png")
    (root / "loop.md").symlink_to("loop.md")
    (root / "loops" / "a").symlink_to("../loops")
    (root / "null.png").symlink_to("/dev/zero")
    (root / "null.md").symlink_to("/dev/zero")
    os.mkfifo(root / "pipe.png")
    os.mkfifo(root / "pipe.md")
    (root / "p.png").write_bytes(png())
    (root / "bomb.png").write_bytes(png(claim=(60_000, 60_000)))
    (root / "lie.png").write_bytes(png(claim=(2**31 - 1, 2**31 - 1)))
    (root / "cut.png").write_bytes(png(claim=(13_000, 13_000))[:-20])
    (root / "fake.png").write_text(f"<script>{SECRET[:3]}</script>", encoding="utf-8")
    texts = {
        "everything.ipynb": _every_place(canary, outside),
        "links.md": _links(),
        "pictures.md": _pictures(outside, canary),
        "nested/pictures.md": _pictures(outside, canary).replace("../", "../../"),
        "raw.qmd": _quarto(),
        "raw.Rmd": _quarto().replace("Raw blocks", "Raw blocks, R Markdown"),
        f"{FOLDER}/{FILE}.md": f"{ALL}\n",
        "deep.ipynb": '{"nbformat":4,"nbformat_minor":4,"metadata":{},"cells":' + "[" * 100_000,
        "deep-json.ipynb": notebook([show({"application/json": "@", "text/plain": "x"})]).replace(
            '"@"', "[" * 900 + "]" * 900
        ),
        "types.ipynb": notebook(
            [{**cell("code", "1"), "outputs": [{"output_type": [], "data": {"text/plain": "x"}}, {"output_type": {}}]}]
        ),
        "slow.md": SLOW,
        **_headers(),
    }
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


FOLDER = "f<&]]>\"'"
FILE = "x\"<ac:structured-macro ac:name='html'>&]]>\x1b[31m"
"""Names of a folder and a file; neither may hold a slash."""

SLOW = (
    "# Slow\n\n"
    + "[" * 3000
    + "\n\n"
    + "*a_" * 1500
    + "\n\n"
    + "`" * 2000
    + "a\n\n"
    + "$" * 1001
    + "\n\n"
    + "<" * 3000
    + "\n\n"
    + "![" * 1500
    + "](" * 1500
    + "\n\n$"
    + "\\frac{" * 400
    + "$\n\n$\\def\\x{\\x\\x}\\x$\n\n"
    + "> " * 300
    + "x\n\n"
    + "<div>" * 500
    + "\n\n"
    + "https://"
    + "a." * 3000
    + "\n\n"
    + "a@" * 2000
    + "\n\n"
    + "| a " * 500
    + "|\n"
    + "|-" * 500
    + "|\n"
)
"""What makes careless expressions and parsers slow."""


def git(root: Path, *arguments: str) -> None:
    """One git command that must work, with nobody's configuration."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True, env=environment)
