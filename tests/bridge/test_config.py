"""The configuration: weights, and errors that name file, line and nearest key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from adapters.errors import AuthError
from bridge.config import load, target_name
from bridge.credentials import target, tokens
from bridge.keys import line_of
from bridge.log import Masking
from bridge.options import variables
from bridge.settings import File, TargetSection
from bridge.variables import unknown_variables
from converters.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]


def write(folder, text):
    path = folder / "nbwiki.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[source]\nroots = '.'\n", ["line 2", "'source.roots'", "'root'"]),
        ("\n[sources]\nroot = '.'\n", ["line 2", "'sources'", "'source'"]),
        ("[targets.w]\nkind = 'notion'\ntokn_env = 'X'\n", ["line 3", "'targets.w.tokn_env'", "'token_env'"]),
        ("[limits]\nmax_rows = 'many'\n", ["line 2", "limits.max_rows", "`int`"]),
        ("[targets.w]\nkind = 'notion'\ntimeout_s = 'x'\n", ["line 3", "targets.w.timeout_s"]),
        ("[targets.w]\nkind = 'confluence'\ndeployment = 'server'\n", ["line 3", "server"]),
        ("[targets.w]\nurl = 'x'\n", ["line 1", "targets.w", "`kind`"]),
        ("[defaults]\nauthor = 'Ann'\n", ["line 2", "'defaults.author'", "'authors'"]),
        ("[source\n", ["is not TOML", "line 1"]),
        (f"a = {'[' * 20000}", ["nested too deeply"]),
    ],
)
def test_mistakes_name_place_and_remedy(tmp_path, text, parts):
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(path, {}, tmp_path)
    for part in [str(path), *parts]:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        'token = "x"',
        'token_env = "ATATT3xFfGF0abcdefghijklmnopqrstuvwxyz"',
        'token_env = "ntn_123456789012345678901234567890"',
        'parent = "ntn_123456789012345678901234567890"',
        'url = "https://ann:pw@acme.example/wiki"',
    ],
)
def test_credentials_in_the_file_are_refused_and_not_shown(tmp_path, line):
    path = write(tmp_path, f'[targets.w]\nkind = "confluence"\n{line}\n')
    with pytest.raises(ConfigError) as caught:
        load(path, {}, tmp_path)
    assert "line 3" in str(caught.value)
    assert "token_env" in str(caught.value)
    assert line.split('"')[1] not in str(caught.value).replace(str(path), "") or line.split('"')[1] == "x"


def test_weights_flags_over_environment_over_file_over_default(tmp_path):
    path = write(tmp_path, '[limits]\nmax_rows = 5\n[targets.my-wiki]\nkind = "notion"\nparent = "a"\n')
    env = {"NBWIKI_LIMITS_MAX_ROWS": "6", "NBWIKI_TARGETS_MY_WIKI_PARENT": "b", "NBWIKI_SOURCE_INCLUDE": "a/*, b/*"}
    assert load(path, {}, tmp_path).file.limits.max_rows == 5
    settings = load(path, env, tmp_path)
    assert settings.file.limits.max_rows == 6
    assert settings.file.targets["my-wiki"].parent == "b"
    assert settings.file.source.include == ("a/*", "b/*")
    assert load(path, env, tmp_path, {"limits.max_rows": 7}).file.limits.max_rows == 7
    assert settings.file.limits.max_stream_lines == 40


def test_wrong_value_in_the_environment_names_the_variable(tmp_path):
    with pytest.raises(ConfigError, match="NBWIKI_LIMITS_MAX_ROWS"):
        load(None, {"NBWIKI_LIMITS_MAX_ROWS": "many"}, tmp_path)


def test_variables_that_mean_nothing_are_told_with_the_nearest_one(tmp_path):
    path = write(tmp_path, '[targets.my-wiki]\nkind = "notion"\ntoken_env = "NBWIKI_SECRET"\n')
    env = dict.fromkeys(
        ("NBWIKI_LIMIT_MAX_ROWS", "NBWIKI_TARGETS_MY_WIKI_PARENTS", "NBWIKI_XYZZY", "NBWIKI_SECRET", "NBWIKI_JOBS"), "1"
    )
    assert list(unknown_variables(env, load(path, {}, tmp_path), variables())) == [
        "the environment variable NBWIKI_LIMIT_MAX_ROWS means nothing to nbwiki; did you mean NBWIKI_LIMITS_MAX_ROWS?",
        "the environment variable NBWIKI_TARGETS_MY_WIKI_PARENTS means nothing to nbwiki; did you mean NBWIKI_TARGETS_MY_WIKI_PARENT?",
        "the environment variable NBWIKI_XYZZY means nothing to nbwiki",
    ]


def test_defaults_take_people_by_name(tmp_path):
    path = write(
        tmp_path, '[defaults]\nauthors = ["Ann Lee <ann@example.com>", "Bo"]\nowner = "Cy"\ncreated = 2026-01-02\n'
    )
    meta = load(path, {}, tmp_path).defaults
    assert [(one.name, one.email) for one in meta.authors] == [("Ann Lee", "ann@example.com"), ("Bo", "")]
    assert (meta.owner.name, meta.created) == ("Cy", "2026-01-02")


def test_the_only_target_is_the_default_one(tmp_path):
    one = '[targets.a]\nkind = "notion"\n'
    assert target_name(load(write(tmp_path, one), {}, tmp_path), None) == "a"
    two = load(write(tmp_path, one + '[targets.b]\nkind = "notion"\n'), {}, tmp_path)
    with pytest.raises(ConfigError, match="choose with -t: a, b"):
        target_name(two, None)
    with pytest.raises(ConfigError, match="nbwiki init"):
        target_name(load(write(tmp_path, ""), {}, tmp_path), None)


def test_absent_token_names_the_variable_and_where_to_get_one(tmp_path):
    settings = load(write(tmp_path, '[targets.a]\nkind = "notion"\ntoken_env = "MY_TOKEN"\n'), {}, tmp_path)
    with pytest.raises(AuthError, match=r"MY_TOKEN is not set.*notion\.so"):
        target(settings, "a", {})
    resolved = target(settings, "a", {"MY_TOKEN": "s3cret"})
    assert "s3cret" not in repr(resolved)


def test_links_to_where_reports_run_are_asked_for_with_true(tmp_path):
    path = write(tmp_path, '[defaults]\nrun = {binder = true, colab = false, hub = "https://hub.acme.com"}\n')
    assert load(path, {}, tmp_path).defaults.run == {"binder": "true", "hub": "https://hub.acme.com"}


def test_file_is_found_in_a_folder_above(tmp_path):
    path = write(tmp_path, "")
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert load(None, {}, tmp_path / "a" / "b").path == path


def test_line_of_finds_dotted_and_quoted_keys():
    text = '[source]\nroot = "."\n[targets."a b"]\nkind = "x"\n[hub]\nenabled=1\n'
    assert [line_of(text, key) for key in (("source", "root"), ("targets", "a b", "kind"), ("hub", "nope"))] == [
        2,
        4,
        5,
    ]


def test_example_shows_every_key_with_its_default():
    data = tomllib.loads((ROOT / "config.example.toml").read_text())
    for field in msgspec.structs.fields(File):
        assert field.name in data
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            default = msgspec.to_builtins(field.type())
            assert {key: tuple(v) if isinstance(v, list) else v for key, v in data[field.name].items()} == {
                key: tuple(v) if isinstance(v, list | tuple) else v for key, v in default.items()
            } or field.name == "source"
            assert set(data[field.name]) == set(field.type.__struct_fields__)
    shown = {key for section in data["targets"].values() for key in section}
    assert shown == set(TargetSection.__struct_fields__)
    load(ROOT / "config.example.toml", {}, ROOT)


@pytest.mark.parametrize(
    ("address", "hidden", "shown"),
    [
        ("https://hooks.example.org/services/T0/B0/verysecret", "/services/T0/B0/verysecret", "a / b"),
        ("https://hooks.example.org/run?sig=verysecretsignature", "sig=verysecretsignature", "/run"),
        ("https://hooks.example.org/", "https://hooks.example.org/", "/a/b"),
        ("https://[::1/verysecretpath", "https://[::1/verysecretpath", "/"),
    ],
)
def test_addresses_of_webhooks_are_secrets_in_whole_and_in_part(tmp_path, address, hidden, shown):
    path = write(tmp_path, '[hub]\nwebhooks = { team = { kind = "slack", url_env = "HOOK" } }\n')
    found = tokens(load(path, {}, tmp_path), {"HOOK": address})
    masked = Masking(found).mask(f"{hidden} {shown}")
    assert hidden not in masked
    assert masked.endswith(shown)
