"""Authors' words for code languages on each wiki."""

import pytest

from converters.writers.confluence.languages import language
from converters.writers.languages import ALIASES, canonical
from converters.writers.notion.languages import LANGUAGES, notion_language


@pytest.mark.parametrize(
    ("word", "cloud", "datacenter", "notion"),
    [
        ("ipython3", "py", "py", "python"),
        ("{r, echo=FALSE}", "r", "none", "r"),
        ("{.python .numberLines}", "py", "py", "python"),
        ("C++", "cpp", "cpp", "c++"),
        ("zsh", "bash", "bash", "shell"),
        ("console", "bash", "bash", "shell"),
        ("jsonc", "json", "js", "json"),
        ("yml", "yaml", "yml", "yaml"),
        ("dockerfile", "docker", "bash", "docker"),
        ("rust", "rust", "cpp", "rust"),
        ("tf", "hcl", "js", "hcl"),
        ("ada", "ada", "delphi", "pascal"),
        ("vue", "html", "xml", "html"),
        ("julia-1", "julia", "none", "julia"),
        ("text", "none", "none", "plain text"),
        ("", "none", "none", "plain text"),
        ("brainfuck", "none", "none", None),
    ],
)
def test_each_wiki_gets_its_own_word(word, cloud, datacenter, notion):
    assert language(word, "cloud") == cloud
    assert language(word, "datacenter") == datacenter
    assert notion_language(word) == notion


def test_every_alias_leads_to_a_name_that_notion_takes():
    assert set(ALIASES.values()) <= LANGUAGES
    assert all(canonical(name) == name for name in set(ALIASES.values()))
