"""A login at the provider of OpenID Connect in a real browser, which decides itself which cookies it sends."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.http.provider import running, settings_for
from tests.servers import procdef as servers


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_logs_in_and_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chromium: Browser, scripts: bool) -> None:
    """The provider is at another name, so to the browser it is another site."""
    port = servers.free_port()
    monkeypatch.setattr(servers, "free_port", lambda: port)
    root = f"http://localhost:{port}"
    with running() as provider, servers.procdef(tmp_path, **settings_for(provider), PROCDEF_PUBLIC_URL=root):
        page = chromium.new_context(java_script_enabled=scripts).new_page()
        page.goto(f"{root}/incidents")
        page.get_by_role("link", name="Log in with your company").click()
        page.get_by_role("button", name="Let me in").click()
        page.wait_for_url(f"{root}/incidents")
        assert page.get_by_role("link", name="mary").first.is_visible()
        page.get_by_role("button", name="Log out").first.click()
        page.wait_for_url(f"{root}/login")
        page.goto(f"{root}/incidents")
        assert page.get_by_role("heading", name="Log in").is_visible()
