"""A reader in a browser, where authorization is on: logs in, sees what is there, has no buttons, and reads why a link leads nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chrome
from playwright.sync_api import expect

from procdef.settings import load
from tests.conftest import running_app
from tests.rights.role_world import READER, RoleWorld
from tests.rights.secret_world import PASSWORD
from tests.servers.procdef import process
from tests.web.chrome import MODES, seen

ON = {"PROCDEF_AUTH": "basic", "PROCDEF_AUTHORIZATION": "on"}


@pytest.mark.parametrize("mode", ["light", "phone without scripts"])
def test_a_reader_looks_around(chromium: Chrome, tmp_path: Path, mode: str) -> None:
    with running_app(load({"PROCDEF_DATABASE_URL": f"sqlite:///{tmp_path}/procdef.db", **ON})) as app:
        RoleWorld(app)
    with process(tmp_path, **ON) as (base, _server), seen(chromium, **MODES[mode]) as shown:
        root = base.removesuffix("/engine-rest")
        page = shown.open(f"{root}/definitions")
        page.get_by_label("User").fill(READER)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Definitions")).to_be_visible()
        expect(page.get_by_role("link", name="Deploy files")).to_have_count(0)
        expect(page.get_by_text("foreignKey")).to_have_count(0)
        page.get_by_role("link", name="ownKey process").first.click()
        expect(page.locator(".canvas svg")).to_be_visible()
        page.get_by_text("More").first.click()
        expect(page.get_by_role("link", name="Download BPMN")).to_be_visible()
        for name in ("Delete", "Suspend", "Deploy new version"):
            expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
        page = shown.open(f"{root}/d/ownKey/2/delete?tenant=own", 403)
        expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()
