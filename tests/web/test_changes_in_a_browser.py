"""Deploying, suspending and deleting in a real browser: with scripts and without, by choosing and by dropping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import Page, expect

from procdef.settings import load
from procdef.store.identity import users
from procdef.web import links
from tests.api import Api
from tests.conftest import running_app
from tests.servers.procdef import process
from tests.web.chrome import MODES, log_in, seen
from tests.web.files import Named, file_of
from tests.web.sites import Sites

REFUSED = file_of(Named("bad", "Bad")).replace(b'<endEvent id="e"', b'<endEvent id="e" nope="1"')


@pytest.fixture(scope="module")
def site(sites: Sites) -> str:
    """The root of the server for changes."""
    return sites("changing").root


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with files to deploy."""
    folder = tmp_path / "processes"
    (folder / "sub").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_bytes(b"x")
    (folder / "order.bpmn").write_bytes(file_of(Named("order", "Order processing", "1.3"), work="Do it"))
    (folder / "sub" / "fresh.bpmn").write_bytes(file_of(Named("fresh", "Fresh")))
    return folder


def get(site: str, path: str, **query: str) -> Any:
    return httpx.get(f"{site}/engine-rest{path}", params=query).raise_for_status().json()


def choose(page: Page, files: Path) -> None:
    page.get_by_label("Files", exact=True).set_input_files([files / "order.bpmn", files / "sub" / "fresh.bpmn"])


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_plan_comes_into_the_page_and_the_files_stay_chosen(chromium: Chrome, site: str, files: Path, mode: str) -> None:
    (files / "sub" / "fresh.bpmn").write_bytes(REFUSED)
    with seen(chromium, **MODES[mode]) as shown:
        page = shown.open(f"{site}/deploy?name=plan")
        choose(page, files)
        expect(page.get_by_role("heading", name="2 files: 1 new version, 1 refused")).to_be_visible()
        expect(page.locator(".wrong")).to_contain_text("attribute 'nope'")
        assert (shown.said, shown.sideways(), shown.findings()) == ([], 0, [])
        page.get_by_role("button", name="Deploy").click()
        expect(page.get_by_role("alert")).to_contain_text("Nothing was deployed.")
        assert [text for text in shown.said if "400" not in text] == []


@pytest.mark.parametrize(("scripts", "mode"), [(True, "light"), (True, "phone"), (False, "phone without scripts")])
def test_files_are_checked_and_deployed(chromium: Chrome, site: str, files: Path, mode: str, *, scripts: bool) -> None:
    with seen(chromium, **MODES[mode]) as shown:
        page = shown.open(f"{site}/deploy")
        page.get_by_label("Name", exact=True).fill(f"walk {mode}")
        page.get_by_label("Only files that have changed").uncheck()
        choose(page, files)
        if not scripts:
            page.get_by_role("button", name="Check").click()
            expect(page.locator("[data-kept]")).to_contain_text("2 files")
        expect(page.get_by_role("heading", name="2 files: 2 new versions")).to_be_visible()
        page.get_by_role("button", name="Deploy").click()
        page.wait_for_url("**/deployments/*came=new*")
        expect(page.locator(".done")).to_contain_text("It is deployed.")
        expect(page.locator(".list tbody tr")).to_have_count(2)
        page.get_by_role("link", name="Fresh", exact=True).click()
        expect(page.locator("h1")).to_contain_text("Fresh")
        assert (shown.said, shown.sideways()) == ([], 0)


def test_a_folder_is_planned_with_its_paths_and_without_hidden_files(chromium: Chrome, site: str, files: Path) -> None:
    with seen(chromium) as shown:
        page = shown.open(f"{site}/deploy")
        page.get_by_label("A folder").set_input_files(files)
        expect(page.locator(".planned h3")).to_have_count(2)
        assert "processes/sub/fresh.bpmn" in page.locator(".planned").inner_text()
        assert shown.said == []


def drop(page: Page, path: Path) -> None:
    """Drop a file or a folder of the disk, as by the mouse."""
    box = page.locator("[data-drop]").bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": box["x"] + 20, "y": box["y"] + 20, "data": data})


def test_files_and_folders_can_be_dropped(chromium: Chrome, site: str, files: Path) -> None:
    with seen(chromium) as shown:
        page = shown.open(f"{site}/deploy")
        drop(page, files)
        expect(page.locator(".planned h3")).to_have_count(2)
        assert "processes/sub/fresh.bpmn" in page.locator(".planned").inner_text()
        drop(page, files / "order.bpmn")
        expect(page.locator(".planned h3")).to_have_count(1)
        page.get_by_role("button", name="Deploy").click()
        page.wait_for_url("**/deployments/*came=*")
        assert shown.said == []


def test_a_server_that_is_away_is_told_and_the_files_stay(chromium: Chrome, site: str, files: Path) -> None:
    with seen(chromium) as shown:
        page = shown.open(f"{site}/deploy")
        page.route("**/deploy/check", lambda route: route.abort())
        choose(page, files)
        expect(page.locator("[data-plan]")).to_contain_text("cannot be reached")
        page.unroute("**/deploy/check")
        page.get_by_role("button", name="Check").click()
        expect(page.locator(".planned h3")).to_have_count(2)


@pytest.mark.parametrize(("setting", "most"), [("parts", "PROCDEF_MAX_PARTS"), ("bytes", "PROCDEF_MAX_BODY")])
def test_what_is_too_much_is_told_before_it_is_sent(chromium: Chrome, site: str, files: Path, setting: str, most: str) -> None:
    with seen(chromium, **MODES["phone"]) as shown:
        page = shown.open(f"{site}/deploy")
        sent = list[str]()
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        page.locator(f"[data-over={setting}]").evaluate("(told, most) => { told.dataset.most = most }", "6")
        choose(page, files)
        expect(page.get_by_role("alert")).to_contain_text(most)
        page.get_by_role("button", name="Deploy").click()
        assert (sent, shown.said, shown.sideways()) == ([], [], 0)
        page.locator(f"[data-over={setting}]").evaluate("told => { told.dataset.most = 10000 }")
        page.get_by_role("button", name="Check").click()
        expect(page.locator(".planned h3")).to_have_count(2)
        expect(page.locator("[data-over]:visible")).to_have_count(0)


def test_the_plan_of_another_moment_is_shown_anew_and_the_files_stay(chromium: Chrome, site: str, files: Path) -> None:
    with seen(chromium) as shown:
        page = shown.open(f"{site}/deploy")
        page.get_by_label("Tenant").fill("meanwhile")
        choose(page, files)
        expect(page.get_by_role("heading", name="2 files: 2 new versions")).to_be_visible()
        theirs = {"file": ("order.bpmn", file_of(Named("order", "Theirs")))}
        httpx.post(f"{site}/engine-rest/deployment/create", files=theirs, data={"tenant-id": "meanwhile"}).raise_for_status()
        page.get_by_role("button", name="Deploy").click()
        expect(page.get_by_role("alert")).to_contain_text("This is the new plan")
        expect(page.locator(".planned")).to_contain_text("order: 1 → 2")
        page.get_by_role("button", name="Deploy").click()
        page.wait_for_url("**/deployments/*came=*")


def test_a_double_click_sends_a_form_once(chromium: Chrome, site: str) -> None:
    files = {"file": ("twice.bpmn", file_of(Named("twice", "Twice")))}
    deployed = httpx.post(f"{site}/engine-rest/deployment/create", files=files).raise_for_status().json()
    with seen(chromium, **MODES["light"]) as shown:
        page = shown.open(f"{site}/deployments/{deployed['id']}/redeploy")
        page.get_by_role("button", name="Deploy again").dblclick()
        page.wait_for_url("**came=new")
    assert get(site, "/process-definition/count", key="twice") == {"count": 2}


@pytest.mark.parametrize("mode", ["light", "phone without scripts"])
def test_a_definition_is_suspended_and_deleted(chromium: Chrome, site: str, mode: str) -> None:
    for work in ("one", "two"):
        files = {"file": ("gone.bpmn", file_of(Named("gone", "Gone"), work=work))}
        httpx.post(f"{site}/engine-rest/deployment/create", files=files).raise_for_status()
    with seen(chromium, **MODES[mode]) as shown:
        page = shown.open(f"{site}/d/gone")
        page.locator(".actions summary").click()
        page.get_by_role("link", name="Suspend").click()
        page.get_by_role("button", name="Suspend").click()
        expect(page.locator("h1")).to_contain_text("suspended")
        page.locator(".actions summary").click()
        page.get_by_role("link", name="Delete").click()
        page.get_by_label("All versions").check()
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_role("alert")).to_contain_text("type the key")
        page.get_by_label("Type gone to confirm it").fill("gone")
        page.get_by_role("button", name="Delete").click()
        page.wait_for_url(f"**{links.LATEST}")
        assert get(site, "/process-definition/count", key="gone") == {"count": 0}
        assert [text for text in shown.said if "400" not in text] == []


def test_a_list_of_deployments_is_narrowed_without_scripts(chromium: Chrome, site: str) -> None:
    with seen(chromium, java_script_enabled=False) as shown:
        page = shown.open(f"{site}/deployments")
        page.get_by_role("searchbox", name="Name", exact=True).fill("seed")
        page.get_by_role("button", name="Search").click()
        page.locator(".bar summary.choice").click()
        page.get_by_label("From").fill("2020-01-01")
        page.get_by_label("Until").fill("2099-01-01")
        page.get_by_role("button", name="Show").click()
        assert "nameLike=%25seed%25" in page.url
        expect(page.locator(".chips li")).to_have_count(3)
        page.get_by_role("link", name="Tenant").first.click()
        page.get_by_role("link", name="a/b/c").click()
        expect(page.locator(".list tbody tr")).to_have_count(1)


def test_the_login_keeps_deploying_closed(tmp_path: Path) -> None:
    with process(tmp_path, PROCDEF_AUTH="basic") as (base, _server):
        root = base.removesuffix("/engine-rest")
        for path in ("/deploy", "/deploy/check", "/deployments/x/delete", "/deployments/x/redeploy", "/d/x/1/state", "/d/x/1/delete"):
            assert httpx.post(root + path, headers={"Accept": "text/html"}).status_code == 401
            assert httpx.get(root + path, headers={"Accept": "text/html"}).headers["Location"].startswith("/login")


def test_the_end_of_a_session_is_told_and_the_files_stay(chromium: Chrome, tmp_path: Path, files: Path) -> None:
    url = f"sqlite:///{tmp_path}/procdef.db"
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic"})) as app:
        users.create_user(Api(app).store, {"id": "mary"}, "correct horse")
    with process(tmp_path, PROCDEF_AUTH="basic") as (base, _server), seen(chromium) as shown:
        page = shown.open(f"{base.removesuffix('/engine-rest')}/deploy")
        page.get_by_label("User id").fill("mary")
        page.get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/deploy")
        kept = page.context.cookies()
        page.context.clear_cookies()
        choose(page, files)
        expect(page.locator("[data-plan]")).to_contain_text("Your session has ended")
        expect(page.locator("[data-plan]")).to_contain_text("Then send the form again: your files are still chosen.")
        page.context.add_cookies([{"name": each["name"], "value": each["value"], "url": base} for each in kept])
        page.get_by_role("button", name="Deploy").click()
        page.wait_for_url("**/deployments/*came=*")
        expect(page.locator("dd bdi").first).to_have_text("mary")


def test_a_form_of_the_login_before_is_sent_with_the_new_one(chromium: Chrome, tmp_path: Path, files: Path) -> None:
    url = f"sqlite:///{tmp_path}/procdef.db"
    with running_app(load({"PROCDEF_DATABASE_URL": url, "PROCDEF_AUTH": "basic"})) as app:
        users.create_user(Api(app).store, {"id": "mary"}, "correct horse")
    with process(tmp_path, PROCDEF_AUTH="basic") as (base, _server), seen(chromium) as shown:
        root = base.removesuffix("/engine-rest")
        shown.be(root, "mary", "correct horse")
        page = shown.open(f"{root}/deploy")
        choose(page, files)
        expect(page.locator(".planned h3")).to_have_count(2)
        page.context.clear_cookies()
        other = page.context.new_page()
        other.goto(f"{root}/login")
        log_in(other, "mary", "correct horse")
        page.get_by_role("button", name="Deploy").click()
        page.wait_for_url("**/deployments/*came=*")
