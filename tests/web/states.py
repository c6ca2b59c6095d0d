"""What the pages are looked at in: a row for each state of each page. A new page needs a row for each state that it has, and nothing else.

A state is walked in every mode of `chrome.MODES`: it must be silent, clean for axe, and no wider than the window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from playwright.sync_api import Page

from tests.samples import bpmn
from tests.web.files import LONG

Doing = Callable[[Page], object]


class State(NamedTuple):
    """A page in a state.

    `url` may have names of the site's `Site.names` in braces. `status` is what the server answers. `site` is the row of `sites.SITES`,
    `user` who is logged in there. `doing` brings the page into the state, where the URL alone does not, as somebody with scripts does, and
    `then` is the status of what the server answers last there.
    """

    name: str
    url: str
    status: int = 200
    site: str = "filled"
    user: str = ""
    doing: Doing | None = None
    then: int = 0


def click(role: str, name: str) -> Doing:
    """Somebody clicks on something that has a role and a name."""
    return lambda page: page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]


def press(*keys: str) -> Doing:
    """Somebody presses keys, one after the other."""

    def do(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return do


def _opened(name: str) -> Doing:
    def do(page: Page) -> None:
        page.get_by_role("button", name=name).click()
        page.locator("[data-menu-content]").wait_for()

    return do


def _made(page: Page) -> None:
    page.get_by_label("What it is for").fill(LONG[:255])
    page.get_by_role("button", name="Make a token").click()
    page.get_by_role("heading", name="Your new token").wait_for()


def _unfold(page: Page) -> None:
    for each in page.locator("main summary").all():
        each.click()


def _menu(page: Page) -> None:
    """The menu of a small window; on a large one nothing is folded."""
    menu = page.locator("header summary")
    if menu.is_visible():
        menu.click()


def _sent_after_the_session(page: Page) -> None:
    page.context.clear_cookies()
    page.locator("main form button.main").click()
    page.get_by_role("heading", name="Your session has ended").wait_for()


def _deletes_unconfirmed(page: Page) -> None:
    page.locator("main [name=typed]").fill("something else")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("alert").wait_for()


def _planned(page: Page) -> None:
    page.get_by_label("Files", exact=True).set_input_files({"name": "a.bpmn", "mimeType": "application/xml", "buffer": bpmn("planned")})
    page.locator("[data-plan] li").first.wait_for()


def _planned_otherwise(page: Page) -> None:
    """Something else has come since the plan was shown."""
    _planned(page)
    page.locator("[name=planned]").evaluate("field => { field.value = 'another plan' }")
    page.get_by_role("button", name="Deploy").click()
    page.get_by_role("alert").wait_for()


def _chose_too_many(page: Page) -> None:
    page.locator("[data-over=parts]").evaluate("told => { told.dataset.most = 1 }")
    page.get_by_label("Files", exact=True).set_input_files({"name": "a.bpmn", "mimeType": "application/xml", "buffer": bpmn("planned")})
    page.get_by_role("alert").wait_for()


def _found_in_header(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("rder")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find?q=rder")


MARKUP = f"tenant={quote('<i>t</i>')}"
LIST = (
    State("latest", "/definitions?latestVersion=true"),
    State("sorted", "/definitions?sortBy=name&sortOrder=desc&maxResults=3&firstResult=3"),
    State("no match", "/definitions?nameLike=%25zzz%25&latestVersion=true&tenantIdIn=acme"),
    State("behind", "/definitions?firstResult=99"),
    State("using", "/definitions?latestVersion=true&uses=topic:billing&uses=candidateGroup:sales"),
    State("facet", "/definitions/values?of=tenantIdIn&latestVersion=true"),
    State("facet in place", "/definitions?latestVersion=true", doing=_opened("Tenant")),
    State("help", "/definitions?latestVersion=true", doing=press("?")),
    State("menu", "/definitions?latestVersion=true", doing=_menu),
    State("command", "/definitions?latestVersion=true", doing=lambda page: page.locator(".command summary").click()),
    State("empty", "/definitions?latestVersion=true", site="empty"),
)
DEFINITION = (
    State("latest", "/d/order"),
    State("older", "/d/order/1"),
    State("more", "/d/order", doing=lambda page: page.locator(".actions summary").click()),
    State("element chosen", "/d/order/2", doing=lambda page: page.locator("[data-element=w]").click()),
    State("element chosen by its link", "/d/order/2?element=w"),
    State("several diagrams", "/d/shop?element=inner", site="compared"),
    State("another diagram", "/d/shop?plane=inner", site="compared"),
    State("no such diagram", "/d/shop?plane=nope", site="compared"),
    State("incidents on it", f"/d/markup?{MARKUP}"),
    State("call", "/d/caller"),
    State("no picture", "/d/undrawn"),
    State("emoji", f"/d/emoji?tenant={quote('a/b/c', safe='')}"),
    State("right to left", "/d/rtl?tenant="),
    State("long", f"/d/{LONG}?tenant={'t' * 64}"),
)
TABS = (
    State("uses", "/d/order/uses"),
    State("uses nothing", "/d/undrawn/uses"),
    State("used by", "/d/order/used-by"),
    State("used by none", "/d/order/1/used-by"),
    State("versions", "/d/order/versions"),
    State("history", "/d/order/history"),
    State("history, markup", f"/d/markup/history?{MARKUP}"),
    State("history, long", f"/d/{LONG}/history?tenant={'t' * 64}"),
    State("incidents", f"/d/markup/incidents?{MARKUP}"),
    State("form", "/d/caller/form"),
    State("no form", "/d/order/form"),
    State("xml", "/d/order/1/xml"),
)
DIFFERENCE = (
    State("pictures", "/d/shop/1..2", site="compared"),
    State("unfolded", "/d/shop/1..2", site="compared", doing=_unfold),
    State("inside", "/d/shop/1..2?plane=inner", site="compared"),
    State("xml", "/d/shop/1..2?view=xml", site="compared"),
    State("all lines", "/d/shop/1..2?view=xml&lines=all", site="compared"),
    State("outline", "/d/shop/1..2?view=text", site="compared"),
    State("nothing", "/d/shop/2..2", site="compared"),
    State("other keys", "/diff?left={left}&right={right}", site="compared"),
    State("choice", "/diff?left={left}", site="compared"),
    State("no picture", "/d/undrawn/1..1"),
    State("long", f"/d/{LONG}/1..1?tenant={'t' * 64}"),
    State("right to left", "/d/rtl/1..1?tenant="),
)
INCIDENTS = (
    State("all", "/incidents?sortBy=incidentTimestamp&sortOrder=desc"),
    State("form of filters", "/incidents", doing=lambda page: page.locator(".filters summary").click()),
    State("filtered", "/incidents?incidentMessageLike=%25img%25&incidentTimestampAfter=2020-01-01T00:00:00.000%2B0000"),
    State("no match", "/incidents?incidentType=zzz"),
    State("facet", "/incidents/values?of=incidentType"),
    State("facet in place", "/incidents", doing=_opened("Type")),
    State("none", "/incidents", site="empty"),
)
CLEANUP = (
    State("what can go", "/cleanup?keepVersions=1&sortBy=version&sortOrder=asc"),
    State("filtered", "/cleanup?key=order&deployedBefore=2020-02-28T10:30:00.000%2B0000"),
    State("form of filters", "/cleanup", doing=lambda page: page.locator(".filters summary").click()),
    State("not confirmed", "/cleanup?keepVersions=1", doing=_deletes_unconfirmed, then=400),
    State("no match", "/cleanup?keyLike=%25zzz%25"),
    State("nothing", "/cleanup", site="empty"),
)
USED = (
    State("catalog", "/used?sortBy=definitions&sortOrder=desc"),
    State("a kind", "/used?kind=topic&latestVersion=true"),
    State("kinds", "/used/kinds?valueLike=%25a%25"),
    State("kinds in place", "/used?kind=topic", doing=_opened("Kind")),
    State("no match", "/used?valueLike=%25zzz%25"),
    State("nothing", "/used", site="empty"),
    State("places", "/used/places?kind=topic&value=billing"),
    State("places of hostile values", "/used/places?kind=topic&key=using"),
    State("all places", "/used/places?maxResults=5&firstResult=5"),
    State("no place", "/used/places?value=zzz"),
)
FIND = (
    State("nothing asked", "/find"),
    State("results", "/find?q=e"),
    State("in the header", "/d/order", doing=_found_in_header),
    State("no result", "/find?q=%3Cscript%3E%20zzz"),
    State("long words", f"/find?q={'y' * 300}"),
)
PROCESSES = (
    State("list", "/processes"),
    State("all versions", "/processes?allVersions=true&processName=o&PageSize=2&PageNumber=2"),
    State("no match", "/processes?processName=zzz"),
    State("behind", "/processes?PageNumber=99"),
    State("none", "/processes", site="empty"),
    State("one", "/processes/{guid}"),
    State("import", "/processes/import"),
    State("imported", "/processes/imported?created=1,2&newVersion=3&more=4&existing=999999999999999999"),
    State("nothing chosen", "/processes/export"),
    State("not there", "/processes/nope", 404),
    State("wrong", "/processes?PageSize=x", 400),
)
API = (
    State("all", "/docs/api"),
    State("a request", "/docs/api/camunda/listUsage"),
    State("a request with a body", "/docs/api/processes/importProcesses"),
    State("objects", "/docs/api/processes/objects"),
    State("not there", "/docs/api/camunda/nope", 404),
)
LOGIN = (
    State("login", "/login?next=/d/order", site="guarded"),
    State("logged in", "/definitions?latestVersion=true", site="guarded", user="mary"),
    State("first login", "/login", site="unset"),
    State("setup", "/setup", site="unset"),
    State("account", "/account", site="guarded", user="mary"),
    State("token made", "/account", site="guarded", user="mary", doing=_made),
    State("session ended", "/d/order/2/state", site="guarded", user="mary", doing=_sent_after_the_session, then=401),
)
DEPLOYMENTS = (
    State("list", "/deployments", site="deployed"),
    State("sorted", "/deployments?sortBy=name&sortOrder=asc&maxResults=3&firstResult=3", site="deployed"),
    State("no match", "/deployments?nameLike=%25zzz%25&tenantIdIn=a", site="deployed"),
    State("facet", "/deployments/values?of=source", site="deployed"),
    State("none", "/deployments", site="empty"),
    State("one", "/deployments/{sales}", site="deployed"),
    State("one with a hostile name", "/deployments/{hostile}", site="deployed"),
    State("redeploy", "/deployments/{sales}/redeploy", site="deployed"),
    State("redeploy, hostile", "/deployments/{hostile}/redeploy", site="deployed"),
    State("delete", "/deployments/{sales}/delete", site="deployed"),
    State("delete, hostile", "/deployments/{hostile}/delete", site="deployed"),
    *(State(f"file {number}", f"/deployments/{{sales}}/files/{{sales_{number}}}", site="deployed") for number in range(3)),
    State("hostile file", "/deployments/{hostile}/files/{hostile_0}", site="deployed"),
)
CHANGES = (
    State("deploy", "/deploy", site="deployed"),
    State("deploy for the empty tenant", "/deploy?tenant=", site="deployed"),
    State("planned", "/deploy", site="deployed", doing=_planned),
    State("planned otherwise", "/deploy", site="deployed", doing=_planned_otherwise, then=409),
    State("too many files", "/deploy", site="deployed", doing=_chose_too_many),
    State("delete in one tenant of two", "/d/shop/2/delete", site="compared"),
    *(
        State(f"{path} {name}", f"/d/{key}/1/{path}{query}")
        for path in ("state", "delete")
        for name, key, query in (
            ("order", "order", ""),
            ("markup", "markup", f"?{MARKUP}"),
            ("emoji", "emoji", f"?tenant={quote('a/b/c', safe='')}"),
            ("rtl", "rtl", "?tenant="),
            ("long", LONG, f"?tenant={'t' * 64}"),
        )
    ),
)
NO_MATCH = (
    State("no match, markup", f"/definitions?nameOrKeyLike={quote('%<b>x</b>%')}&tenantIdIn={quote('a/b/c,')}"),
    State("no match, long", f"/definitions?nameOrKeyLike={'y' * 255}&versionTag={'z' * 200}"),
    State("one that is no pattern", "/definitions?keyLike=o%25r"),
)
EVENTS = (
    State("events", "/events?sortBy=number&sortOrder=desc"),
    State("some events", "/events?type=definition.deployed,deployment.created&sortBy=number&sortOrder=asc&maxResults=3"),
    State("no events", "/events?userId=%3Cb%3Enobody%3C%2Fb%3E"),
    State("sources of events", "/events/values?of=source"),
)
ERRORS = (
    State("not there", "/d/nope", 404),
    State("version not there", "/d/order/9", 404),
    State("no address", "/nope", 404),
    State("wrong", "/definitions?version=x", 400),
    State("store away", "/d/order", 503, site="away"),
)

STATES: Mapping[str, Sequence[State]] = {
    "list": (*LIST, *NO_MATCH),
    "definition": DEFINITION,
    "tabs": TABS,
    "difference": DIFFERENCE,
    "incidents": INCIDENTS,
    "events": EVENTS,
    "used": USED,
    "cleanup": CLEANUP,
    "find": FIND,
    "processes": PROCESSES,
    "API": API,
    "login": LOGIN,
    "deployments": DEPLOYMENTS,
    "changes": CHANGES,
    "errors": ERRORS,
}
"""The states by the part of the pages that they belong to. Each part is a test in each mode."""
EVERY = [state for states in STATES.values() for state in states]
