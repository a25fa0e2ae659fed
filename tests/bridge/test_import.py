"""``nbwiki import`` and ``sync --adopt``: pages of earlier tools become the reports' own, with ids and comments."""

from __future__ import annotations

import json

import nbformat
import pytest
import requests

from tests.e2e.publish import configure, nbwiki, state

AUTH = {
    "cloud": {"auth": ("author@example.com", "sandbox")},
    "datacenter": {"headers": {"Authorization": "Bearer sandbox"}},
}
SITES = pytest.mark.parametrize("target", ["cloud", "datacenter"])


class Earlier:
    """A space in which another tool has published."""

    def __init__(self, sandbox, folder, target):
        self.url, self.folder, self.target = sandbox.url, folder, target
        self.base = f"{sandbox.url}/{'wiki' if target == 'cloud' else 'dc'}"
        self.source = folder / "reports"
        self.source.mkdir()
        configure(folder, sandbox.url, self.source, ("**/*.md", "**/*.ipynb", "**/*.qmd"))

    def call(self, method, path, **more):
        answer = requests.request(method, f"{self.base}/{path}", timeout=10, **AUTH[self.target], **more)
        assert answer.ok, answer.text
        return answer.json()

    def space(self):
        api = "confluence" if self.target == "cloud" else "confluence-dc"
        return next(one for one in state(self.url)["spaces"] if one["api"] == api and one["key"] == "DATA")

    def page(self, title, parent=None, body="<p>Made before.</p>"):
        if self.target == "cloud":
            wanted = {
                "spaceId": self.space()["id"],
                "status": "current",
                "title": title,
                "body": {"representation": "storage", "value": body},
            }
            return str(self.call("POST", "api/v2/pages", json=wanted | ({"parentId": parent} if parent else {}))["id"])
        wanted = {
            "type": "page",
            "title": title,
            "space": {"key": "DATA"},
            "body": {"storage": {"value": body, "representation": "storage"}},
        }
        return str(
            self.call("POST", "rest/api/content", json=wanted | ({"ancestors": [{"id": parent}]} if parent else {}))[
                "id"
            ]
        )

    def property(self, page, key, value):
        path = f"api/v2/pages/{page}/properties" if self.target == "cloud" else f"rest/api/content/{page}/property"
        self.call("POST", path, json={"key": key, "value": value})

    def write(self, path, text):
        full = self.source / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(text)

    def take(self, tool, *more, path=""):
        return nbwiki("import", tool, str(self.source / path), "-t", self.target, "--json", *more, cwd=self.folder)

    def shown(self, page):
        return next(one for one in state(self.url)["pages"] if one["id"] == page)

    def sync(self, *more):
        return nbwiki("sync", "-t", self.target, "--json", *more, cwd=self.folder)


@pytest.fixture
def site(sandbox, tmp_path, target):
    return Earlier(sandbox, tmp_path, target)


def states(run):
    return {one["source"]: (one["state"], one["page_id"]) for one in run.json["reports"]}


@SITES
def test_mark_by_its_manifest_and_by_title(site):
    old, other = site.page("Old name"), site.page("Churn")
    document = {"version": 1, "pages": {"docs/sales.md": {"pageId": old, "title": "Old name"}}}
    if site.target == "cloud":
        site.call(
            "POST", f"api/v2/spaces/{site.space()['id']}/properties", json={"key": "mark.manifest.3", "value": document}
        )
    else:
        site.property(site.space()["homepage_id"], "mark.manifest.3", document)
    site.write("docs/sales.md", "<!-- Space: DATA -->\n<!-- Title: Sales -->\n\nNew text.\n")
    site.write("docs/churn.md", "<!-- Space: DATA -->\n\n# Churn\n\nText.\n")
    site.write("docs/fresh.md", "<!-- Space: DATA -->\n<!-- Title: Fresh -->\n\nText.\n")
    site.write("docs/plain.md", "# Plain\n\nNever published.\n")

    dry = site.take("mark", "--dry-run")
    assert dry.code == 0, dry.err
    assert "nbwiki" not in site.shown(old)["properties"]
    done = site.take("mark")
    assert states(done) == {
        "docs/sales.md": ("adopted", old),
        "docs/churn.md": ("adopted", other),
        "docs/fresh.md": ("new", ""),
    }
    assert site.shown(old)["body"].startswith("<p>Made before."), "nothing but the record is written"
    assert states(site.take("mark"))["docs/sales.md"] == ("ours", old)

    plan = nbwiki("plan", "-t", site.target, "--json", cwd=site.folder)
    assert {one["source"]: one["reason"] for one in plan.json["actions"] if one["verb"] == "update"} == {
        "docs/sales.md": "adopted",
        "docs/churn.md": "adopted",
    }
    assert site.sync().code == 0
    assert (site.shown(old)["title"], "New text." in site.shown(old)["body"]) == ("Sales", True)
    assert site.sync().json["counts"]["skip"] == 5  # four reports and their folder
    assert site.shown(old)["parent_id"] == site.shown(other)["parent_id"] != site.space()["homepage_id"]


@SITES
def test_a_page_edited_after_the_import_is_a_conflict(site):
    page = site.page("Sales")
    site.write("sales.md", "<!-- Space: DATA -->\n<!-- Title: Sales -->\n\nNew text.\n")
    assert site.take("mark").code == 0
    requests.post(f"{site.url}/sandbox/edit", json={"page": page, "append": "<p>mine</p>"}, timeout=10)
    done = site.sync()
    assert (done.code, done.verbs()["conflict"]) == (7, ["sales.md"])
    assert "mine" in site.shown(page)["body"]


@SITES
def test_quarto_document_and_project(site):
    alone, root = site.page("Alone"), site.page("Project")
    guide = site.page("Guide", root)
    site.property(guide, "fileName", "chapters/guide.xml")
    site.write("alone.qmd", "---\ntitle: Alone\n---\n\nText.\n")
    site.write("_publish.yml", f"- source: alone.qmd\n  confluence:\n    - id: '{alone}'\n      url: 'https://x'\n")
    site.write("book/_publish.yml", f"- source: project\n  confluence:\n    - id: '{root}'\n      url: 'https://x'\n")
    site.write("book/chapters/guide.qmd", "---\ntitle: Guide\nauthor: Ann\n---\n\nText.\n")
    site.write("book/other.qmd", "---\ntitle: Other\n---\n\nText.\n")
    done = site.take("quarto")
    assert done.code == 0, done.err
    assert states(done) == {
        "alone.qmd": ("adopted", alone),
        "book/chapters/guide.qmd": ("adopted", guide),
        "book/other.qmd": ("new", ""),
    }
    fields = next(one["metadata"] for one in done.json["reports"] if one["source"].endswith("guide.qmd"))
    assert {"title", "authors"} <= set(fields)
    assert site.sync().code == 0
    assert site.shown(guide)["version"] > 1


@SITES
def test_nbconflux_by_its_label_and_the_notebook_attached(site):
    page, unlabelled = site.page("Analysis"), site.page("Something else")
    site.call("POST", f"rest/api/content/{page}/label", json=[{"prefix": "global", "name": "nbconflux"}])
    note = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Analysis\n\nText.")])
    data = nbformat.writes(note)
    for one in (page, unlabelled):
        attach(site, one, data)
    site.write("deep/analysis.ipynb", data)
    assert states(site.take("nbconflux")) == {"deep/analysis.ipynb": ("adopted", page)}


def attach(site, page, data):
    more = AUTH[site.target]
    headers = {"X-Atlassian-Token": "no-check", **more.get("headers", {})}
    url = f"{site.base}/rest/api/content/{page}/child/attachment"
    answer = requests.post(
        url, headers=headers, auth=more.get("auth"), files={"file": ("analysis.ipynb", data)}, timeout=10
    )
    assert answer.ok, answer.text


@pytest.mark.parametrize("target", ["cloud"])
def test_kyso_and_knowledge_repo_have_documents_and_no_pages(site):
    site.write("team/kyso.yaml", "title: Churn\nmain: churn.md\ntags: [a, b]\nauthors: [ann@x.org]\n")
    site.write("team/churn.md", "Text.\n")
    site.write("posts/sales.kp/knowledge.md", "---\ntitle: Sales\nauthors: [ann]\ntldr: Up.\n---\n\nText.\n")
    site.write("rest/kyso.json", json.dumps({"title": "R", "main": "r.Rmd"}))
    site.write("rest/r.Rmd", "Text\n")
    done = site.take("kyso")
    assert states(done) == {"team/churn.md": ("new", ""), "rest/r.Rmd": ("not chosen", "")}
    one = next(each for each in done.json["reports"] if each["source"] == "team/churn.md")
    assert {"title", "tags", "authors"} <= set(one["metadata"])
    assert 'add "rest/**/*.Rmd"' in next(
        each["reason"] for each in done.json["reports"] if each["state"] == "not chosen"
    )
    posts = site.take("knowledge-repo").json["reports"]
    assert [one["source"] for one in posts] == ["posts/sales.kp/knowledge.md"]
    assert {"title", "authors", "summary"} <= set(posts[0]["metadata"])


@pytest.mark.parametrize("target", ["cloud"])
def test_what_can_not_be_taken_over(site):
    site.write("a.md", "# A\n")
    assert site.take("mark").code == 2
    assert nbwiki("import", "mark", str(site.folder), "-t", "cloud", cwd=site.folder).code == 2
    site.write("b.md", "<!-- Space: DATA -->\n<!-- Title: B -->\n\nText.\n")
    notion = nbwiki("import", "mark", str(site.source), "-t", "notion", cwd=site.folder)
    assert (notion.code, "this target is none" in notion.err) == (2, True)
    archived = site.page("B")
    task = site.call("POST", "rest/api/content/archive", json={"pages": [{"id": int(archived)}]})["id"]
    for _ in range(3):
        site.call("GET", f"rest/api/longtask/{task}")
    done = site.take("mark")
    assert (done.code, states(done)["b.md"]) == (7, ("conflict", archived))


@SITES
def test_sync_adopts_the_page_that_a_document_names(site):
    page = site.page("Quite another name")
    comment = requests.post(
        f"{site.url}/sandbox/comment", json={"page": page, "text": "Why?", "selection": "Made before."}, timeout=10
    ).json()
    site.write("named.md", f"---\ntitle: Named\nconfluence_page_id: {page}\n---\n\nMade before. And more.\n")
    refused = site.sync()
    assert (refused.code, refused.verbs()["conflict"]) == (7, ["named.md"])
    assert f"names the page {page} that nbwiki did not make" in refused.out
    assert site.sync("--adopt").verbs()["update"] == ["named.md"]
    shown = site.shown(page)
    assert (shown["title"], "And more" in shown["body"], comment["marker_ref"] in shown["body"]) == (
        "Named",
        True,
        True,
    )
    root = next(
        one for one in state(site.url)["pages"] if one["title"] == "Reports" and one["id"] == shown["parent_id"]
    )
    assert root, "it stands below the target's parent now, where the next look finds it"
    assert site.sync().json["counts"]["skip"] == 1


@SITES
def test_a_page_of_another_repository_is_not_adopted(site):
    site.write("a.md", "---\ntitle: Shared\n---\n\nText.\n")
    assert site.sync().code == 0
    text = (site.folder / "nbwiki.toml").read_text().replace('parent = "Reports"', 'parent = "Elsewhere"')
    (site.folder / "nbwiki.toml").write_text(text.replace("[source]", '[source]\nrepository = "other"'))
    done = site.sync("--adopt")
    assert (done.code, done.verbs()["conflict"]) == (7, ["a.md"])
    assert "belongs to another report" in done.out
