"""What is written to the sandbox's Notion comes back as Notion gives it back."""

from __future__ import annotations

import hashlib

import httpx

from adapters.sandbox.notion import people
from adapters.sandbox.notion.store import HUB
from tests.sandbox.conftest import HEADERS

PNG = b"\x89PNG\r\n\x1a\n\r\n--\r\n" + bytes(range(256))


def ok(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def rt(text):
    return [{"text": {"content": text}}]


def para(text):
    return {"paragraph": {"rich_text": rt(text)}}


def page(api, *children):
    body = {"parent": {"page_id": HUB}, "properties": {"title": {"title": rt("P")}}, "children": list(children)}
    return ok(api.post("pages", json=body))["id"]


def texts(blocks):
    return ["".join(r["plain_text"] for r in b[b["type"]]["rich_text"]) for b in blocks]


def upload(api, name="plot.png", data=PNG, kind="image/png"):
    made = ok(api.post("file_uploads", json={"filename": name, "content_type": kind}))
    sent = ok(httpx.post(made["upload_url"], headers=HEADERS, files={"file": (name, data, kind)}))
    assert sent["status"] == "uploaded"
    return made["id"]


def test_equal_runs_are_merged_and_defaults_filled(api):
    code = {"code": {"rich_text": rt("x" * 2000) + rt("y"), "language": "python"}}
    number = page(api, code, para("p"))
    first, second = ok(api.get(f"blocks/{number}/children"))["results"]
    assert [len(r["plain_text"]) for r in first["code"]["rich_text"]] == [2001]
    assert first["code"]["caption"] == []
    assert second["paragraph"]["icon"] is None
    assert second["paragraph"]["color"] == "default"
    assert second["created_time"].endswith(":00.000Z")
    assert second["parent"] == {"type": "page_id", "page_id": number}


def test_after_block_answers_with_later_siblings(api):
    number = page(api, *[para(t) for t in "abc"])
    first = ok(api.get(f"blocks/{number}/children"))["results"][0]["id"]
    where = {"type": "after_block", "after_block": {"id": first}}
    answer = ok(api.patch(f"blocks/{number}/children", json={"children": [para("1"), para("2")], "position": where}))
    assert texts(answer["results"]) == ["1", "2", "b", "c"]
    ok(api.patch(f"blocks/{number}/children", json={"children": [para("0")], "position": {"type": "start"}}))
    last = ok(api.patch(f"blocks/{number}/children", json={"children": [para("z")]}))
    assert texts(last["results"]) == ["z"]
    assert texts(ok(api.get(f"blocks/{number}/children"))["results"]) == ["0", "a", "1", "2", "b", "c", "z"]


def test_children_are_paged(api):
    number = page(api, *[para(str(i)) for i in range(7)])
    seen, cursor = [], None
    while True:
        query = {"page_size": 3} | ({"start_cursor": cursor} if cursor else {})
        answer = ok(api.get(f"blocks/{number}/children", params=query))
        seen += texts(answer["results"])
        cursor = answer["next_cursor"]
        if not answer["has_more"]:
            break
    assert seen == [str(i) for i in range(7)]
    refused = api.get(f"blocks/{number}/children", params={"page_size": 101}).json()["message"]
    assert refused == "query failed validation: query.page_size should be ≤ `100` or `undefined`, instead was `101`."


def test_an_update_replaces_one_field_and_keeps_the_others(api):
    number = page(api, {"to_do": {"rich_text": rt("a"), "checked": True}})
    block = ok(api.get(f"blocks/{number}/children"))["results"][0]
    shown = ok(api.patch(f"blocks/{block['id']}", json={"to_do": {"rich_text": rt("b")}}))
    assert shown["to_do"]["checked"] is True
    assert texts([shown]) == ["b"]
    retype = api.patch(f"blocks/{block['id']}", json=para("x"))
    assert retype.status_code == 400


def test_tables_columns_and_nesting(api):
    row = {"table_row": {"cells": [rt("a"), []]}}
    columns = {"column_list": {"children": [{"column": {"children": [para("l")]}}, {"column": {"children": []}}]}}
    number = page(api, {"table": {"table_width": 2, "has_column_header": True, "children": [row]}}, columns)
    table, listing = ok(api.get(f"blocks/{number}/children"))["results"]
    assert table["table"] == {"has_column_header": True, "has_row_header": False, "table_width": 2}
    assert len(ok(api.get(f"blocks/{table['id']}/children"))["results"][0]["table_row"]["cells"]) == 2
    more = api.patch(f"blocks/{table['id']}/children", json={"children": [{"table_row": {"cells": [[]]}}]})
    assert "table width" in more.json()["message"]
    assert [c["type"] for c in ok(api.get(f"blocks/{listing['id']}/children"))["results"]] == ["column", "column"]
    width = api.patch(f"blocks/{table['id']}", json={"table": {"table_width": 3}})
    assert "table_width should be not present" in width.json()["message"]


def test_files_live_at_signed_addresses(api):
    number = page(api, {"image": {"file_upload": {"id": upload(api)}, "caption": rt("c")}})
    block = ok(api.get(f"blocks/{number}/children"))["results"][0]["image"]
    again = ok(api.get(f"blocks/{number}/children"))["results"][0]["image"]
    assert block["type"] == "file"
    assert block["file"]["url"] != again["file"]["url"]
    assert httpx.get(block["file"]["url"]).content == PNG
    assert httpx.get(block["file"]["url"] + "0").status_code == 403
    dump = httpx.get(f"{api.server.url}/sandbox/state").json()["notion"]
    assert dump["uploads"][0]["sha256"] == hashlib.sha256(PNG).hexdigest()


def test_upload_rules(api):
    refused = api.post("file_uploads", json={"filename": "a.ipynb"}).json()["message"]
    assert refused == "Provided `filename` has an extension that is not supported for the File Upload API."
    pending = ok(api.post("file_uploads", json={"filename": "a.png"}))["id"]
    image = {"children": [{"image": {"file_upload": {"id": pending}}}]}
    assert "its status is `pending`" in api.patch(f"blocks/{HUB}/children", json=image).json()["message"]
    wrong = {"children": [{"image": {"file_upload": {"id": upload(api, "a.txt", b"x", "text/plain")}}}]}
    assert "not supported for image" in api.patch(f"blocks/{HUB}/children", json=wrong).json()["message"]
    late = upload(api)
    api.server.state.clock_offset_s = 3601
    try:
        image["children"][0]["image"]["file_upload"]["id"] = late
        assert "its status is `expired`" in api.patch(f"blocks/{HUB}/children", json=image).json()["message"]
    finally:
        api.server.state.clock_offset_s = 0
    big = ok(api.post("file_uploads", json={"filename": "b.png"}))
    sent = httpx.post(big["upload_url"], headers=HEADERS, files={"file": ("b.png", bytes(5242881), "image/png")})
    assert sent.status_code == 400


def test_multi_part(api):
    api.server.state.switches["notion_max_file_bytes"] = 50_000_000
    made = ok(api.post("file_uploads", json={"mode": "multi_part", "filename": "v.mp4", "number_of_parts": 2}))
    parts = [bytes(5 * 1024 * 1024), b"end"]
    for index, data in enumerate(parts, 1):
        files = {"file": ("v.mp4", data, "video/mp4")}
        ok(httpx.post(made["upload_url"], headers=HEADERS, files=files, data={"part_number": str(index)}))
    done = ok(api.post(f"file_uploads/{made['id']}/complete", json={}))
    assert (done["status"], done["content_length"]) == ("uploaded", sum(map(len, parts)))


def database(api):
    columns = {
        "Name": {"title": {}},
        "Key": {"rich_text": {}},
        "Status": {"select": {"options": [{"name": "ok", "color": "green"}]}},
        "N": {"number": {}},
        "When": {"date": {}},
    }
    body = {"parent": {"type": "page_id", "page_id": HUB}, "initial_data_source": {"properties": columns}}
    made = ok(api.post("databases", json=body))
    assert made["title"][0]["plain_text"] == "New database"
    return made["data_sources"][0]["id"]


def test_rows_options_and_queries(api):
    source = database(api)
    for n in range(5):
        values = {
            "Name": {"title": rt(f"r{n}")},
            "Key": {"rich_text": rt(f"k{n}")},
            "Status": {"select": {"name": "new" if n % 2 else "ok"}},
            "N": {"number": n},
            "When": {"date": {"start": f"2026-01-0{n + 1}"}},
        }
        ok(api.post("pages", json={"parent": {"data_source_id": source}, "properties": values}))
    options = ok(api.get(f"data_sources/{source}"))["properties"]["Status"]["select"]["options"]
    assert [o["name"] for o in options] == ["ok", "new"]
    where = {
        "and": [{"property": "Status", "select": {"equals": "ok"}}, {"property": "N", "number": {"greater_than": 0}}]
    }
    sorts = [{"property": "N", "direction": "descending"}]
    rows = ok(api.post(f"data_sources/{source}/query", json={"filter": where, "sorts": sorts}))["results"]
    assert [r["properties"]["N"]["number"] for r in rows] == [4, 2]
    key = {"filter": {"property": "Key", "rich_text": {"equals": "k3"}}}
    assert len(ok(api.post(f"data_sources/{source}/query", json=key))["results"]) == 1
    day = {"filter": {"property": "When", "date": {"on_or_after": "2026-01-04"}}}
    assert len(ok(api.post(f"data_sources/{source}/query", json=day))["results"]) == 2
    ok(api.patch(f"pages/{rows[0]['id']}", json={"in_trash": True}))
    assert len(ok(api.post(f"data_sources/{source}/query", json={"page_size": 100}))["results"]) == 4


def test_property_faults(api):
    source = database(api)

    def refused(properties):
        return api.post("pages", json={"parent": {"data_source_id": source}, "properties": properties}).json()[
            "message"
        ]

    assert refused({"Foo": {"number": 1}}) == "Foo is not a property that exists."
    assert refused({"N": {"rich_text": []}}) == "N is expected to be number."
    assert refused({"Status": {"select": {"name": "a,b"}}}) == "Invalid select option, commas not allowed: a,b"


def test_columns_are_added_renamed_and_dropped(api):
    source = database(api)
    before = ok(api.get(f"data_sources/{source}"))["properties"]
    change = {"Extra": {"checkbox": {}}, "N": {"name": "Number"}, "When": None}
    after = ok(api.patch(f"data_sources/{source}", json={"properties": change}))["properties"]
    assert after["Number"]["id"] == before["N"]["id"]
    assert set(after) == {"Name", "Key", "Status", "Number", "Extra"}
    drop = api.patch(f"data_sources/{source}", json={"properties": {"Name": None}})
    assert drop.json()["message"] == "Cannot delete the title property."


def test_long_text_is_cut_on_the_page_and_whole_by_property(api):
    source = database(api)
    runs = [{"text": {"content": str(i)}, "annotations": {"bold": bool(i % 2)}} for i in range(40)]
    made = ok(
        api.post("pages", json={"parent": {"data_source_id": source}, "properties": {"Key": {"rich_text": runs}}})
    )
    key = made["properties"]["Key"]
    assert len(key["rich_text"]) == 25
    whole = ok(api.get(f"pages/{made['id']}/properties/{key['id']}", params={"page_size": 30}))
    assert (len(whole["results"]), whole["has_more"]) == (30, True)


def test_moving_pages(api):
    inner, other = page(api), page(api)
    again = api.post(f"pages/{inner}/move", json={"parent": {"page_id": HUB}})
    assert again.json()["message"] == "New parent must be different from the current parent."
    moved = ok(api.post(f"pages/{inner}/move", json={"parent": {"page_id": other}}))
    assert moved["parent"] == {"type": "page_id", "page_id": other}
    shown = ok(api.get(f"blocks/{other}/children"))["results"]
    assert (shown[0]["type"], shown[0]["id"]) == ("child_page", inner)


def test_people_edit_and_comment(api):
    number = page(api, para("mine"))
    block = ok(api.get(f"blocks/{number}/children"))["results"][0]["id"]
    people.human_edit(api.server.state, block, "theirs", "author@example.com")
    people.human_add_block(api.server.state, number, "added", "reader@example.com", after=block)
    people.human_comment(api.server.state, block, "why?")
    blocks = ok(api.get(f"blocks/{number}/children"))["results"]
    assert texts(blocks) == ["theirs", "added"]
    assert blocks[0]["last_edited_by"]["id"] != blocks[0]["created_by"]["id"]
    found = ok(api.get("comments", params={"block_id": block}))["results"]
    assert found[0]["rich_text"][0]["plain_text"] == "why?"
    mine = ok(api.post("comments", json={"discussion_id": found[0]["discussion_id"], "rich_text": rt("because")}))
    assert ok(api.patch(f"comments/{mine['id']}", json={"rich_text": rt("so")}))["rich_text"][0]["plain_text"] == "so"
    ok(api.delete(f"comments/{mine['id']}"))
    assert len(ok(api.get("comments", params={"block_id": block}))["results"]) == 1


def test_mentions_dates_and_links_are_normalised(api):
    number = page(api)
    runs = [
        {"mention": {"page": {"id": number}}},
        {"mention": {"date": {"start": "2026-02-03T04:05:06+02:00"}}},
        {"text": {"content": "h", "link": {"url": "https://example.com"}}},
    ]
    made = ok(api.patch(f"blocks/{number}/children", json={"children": [{"paragraph": {"rich_text": runs}}]}))
    page_run, date_run, link = made["results"][0]["paragraph"]["rich_text"]
    assert (page_run["plain_text"], page_run["href"]) == ("P", f"https://www.notion.so/{number.replace('-', '')}")
    assert date_run["mention"]["date"]["start"] == "2026-02-03T02:05:00.000+00:00"
    assert link["href"] == "https://example.com/"


def test_markdown_and_views(api):
    made = ok(api.post("pages", json={"parent": {"page_id": HUB}, "markdown": "# T\n\nText\n- a\n```python\nx\n```"}))
    assert made["properties"]["title"]["title"][0]["plain_text"] == "T"
    assert ok(api.get(f"pages/{made['id']}/markdown"))["markdown"] == "Text\n- a\n```python\nx\n```"
    source = database(api)
    parent = ok(api.get(f"data_sources/{source}"))["parent"]["database_id"]
    body = {"data_source_id": source, "database_id": parent, "name": "Gallery", "type": "gallery"}
    view = ok(api.post("views", json=body))
    assert [v["name"] for v in ok(api.get("views", params={"database_id": parent}))["results"]] == [
        "Default view",
        "Gallery",
    ]
    ok(api.delete(f"views/{view['id']}"))
