"""`/deploy`: the plan of a deployment first, by the dry run of `POST /deployment/validate`, and then the deployment."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

from flask import Response, request

from procdef.camunda.registry.deploying import CHANGED_ONLY, NAME, SOURCE, TENANT, replaced, upload_of
from procdef.errors import ProcdefError
from procdef.http import audit
from procdef.http.multipart import Part
from procdef.http.needs import ToDeploy
from procdef.http.responses import reader, store
from procdef.http.routes import Cached, Change
from procdef.settings import Settings
from procdef.store.registry.deployments import Upload, deploy
from procdef.store.registry.dry_run import dry_run
from procdef.web import links
from procdef.web.forms import KEPT_DATA, KEPT_NAME, Sent
from procdef.web.pages import Pages, page, see
from procdef.web.plan import Plan, plan
from procdef.web.refusals import FINE, Refusal, refusal

routes = Pages("Web page")
PATH, CHECK = "/deploy", "/deploy/check"
GIVEN = {NAME: "name", SOURCE: "source", TENANT: "tenant"}
"""The parameters that fill in fields of the form."""
EMPTY_TENANT = "empty-tenant"
MOST_KEPT = 256 * 1024
"""The bytes of files up to which a page with a plan has the files in itself: a browser without scripts forgets what was chosen."""
FIELDS = 10
"""The parts of the form that are no files, at most."""
TOO_MANY = (
    "Choose one folder after the other. Whoever runs procdef can bring all of them at once with the command procdef import, "
    "or raise the limit (PROCDEF_MAX_PARTS)."
)
TOO_LARGE = "Choose fewer files. Whoever runs procdef can raise the limit (PROCDEF_MAX_BODY)."
PLANNED = "planned"
TO_DEPLOY = ToDeploy()
CHANGED = Refusal(
    "Nothing was deployed: something else would come of it than the page has shown. This is the new plan. To deploy, press Deploy again.",
    409,
)
NO_FILE = Refusal("Choose at least one file.", 400)


@routes.page(PATH, "Deploy files", needs=(TO_DEPLOY,))
def show_deploy() -> Response:
    """The form. The parameters `name`, `source` and `tenant` fill it in."""
    fields = {field: [request.args[name]] for field, name in GIVEN.items() if name in request.args}
    is_empty = request.args.get(GIVEN[TENANT]) == ""
    return _form(Sent({**fields, CHANGED_ONLY: ["true"], **({EMPTY_TENANT: ["true"]} if is_empty else {})}))


@routes.page(CHECK, "Go to the form that deploys", cached=Cached.NEVER)
def go_to_form() -> Response:
    """Only a form leads to the plan."""
    return see(PATH)


@routes.form(CHECK, "Check files without storing them", needs=(TO_DEPLOY,))
def check_files(sent: Sent) -> Response:
    """The plan, with the form as it was sent."""
    parts = _parts(sent)
    try:
        return _form(sent, parts, _plan(parts)) if _has_files(parts) else _form(sent, parts, refused=NO_FILE)
    except ProcdefError as error:
        return _form(sent, parts, refused=refusal(error))


@routes.form(PATH, "Deploy files", Change("deploy"), needs=(TO_DEPLOY,))
def deploy_files(sent: Sent) -> Response:
    """Deploy all files or none. A refusal shows the plan, which says what is wrong."""
    parts = _parts(sent)
    if not _has_files(parts):
        return _form(sent, parts, refused=NO_FILE)
    try:
        upload = upload_of(parts)
        if _is_stale(sent.text(PLANNED), parts, upload):
            return _form(sent, parts, _plan(parts), CHANGED)
        new = deploy(store(), upload)
    except ProcdefError as error:
        return _refused(sent, parts, error)
    audit.tell(deployment=new.id, name=upload.name, tenant=upload.tenant_id)
    came = "nothing" if not new.is_new else "changed" if upload.filtering else "new"
    return see(f"{links.deployment(new.id)}?came={came}&sent={len(upload.resources)}")


def _is_stale(planned: str, parts: list[Part], upload: Upload) -> bool:
    """Whether the form shows a plan of which something else would come now."""
    return bool(planned) and plan(dry_run(store(), upload, replaced(parts)), upload).mark != planned


def _refused(sent: Sent, parts: list[Part], error: ProcdefError) -> Response:
    """The form with the plan, if that says it too, or with the sentence."""
    said = refusal(error)
    try:
        found = _plan(parts)
    except ProcdefError:
        return _form(sent, parts, refused=said)
    return _form(sent, parts, found, said if found.is_deployable else Refusal("Nothing was deployed.", said.status))


def _plan(parts: list[Part]) -> Plan:
    upload: Upload = upload_of(parts)
    return plan(dry_run(store(), upload, replaced(parts), reader=reader()), upload)


def _parts(sent: Sent) -> list[Part]:
    """The parts that the REST request would have. An empty field is not given; a file that was kept counts where none is chosen."""
    texts = [(name, sent.text(name)) for name in (NAME, SOURCE, TENANT, CHANGED_ONLY)]
    fields = [Part(name, None, text.encode("utf-8", "replace")) for name, text in texts if text]
    fields += [Part(TENANT, None, b"")] if sent.text(EMPTY_TENANT) and not sent.text(TENANT) else []
    files = [(str(part.filename), part.data) for part in sent.files] or [*_kept(sent)]
    return fields + [Part(f"file {number}", name, data) for number, (name, data) in enumerate(files)]


def _kept(sent: Sent) -> Iterator[tuple[str, bytes]]:
    """The files that the page had in itself; none where its fields were changed."""
    for name, text in zip(sent.all(KEPT_NAME), sent.all(KEPT_DATA), strict=False):
        try:
            yield name, b64decode(text, validate=True)
        except ValueError:
            return


def _has_files(parts: list[Part]) -> bool:
    return any(part.filename is not None for part in parts)


def _form(sent: Sent, parts: list[Part] | None = None, found: Plan | None = None, refused: Refusal = FINE) -> Response:
    files = [part for part in parts or () if part.filename is not None]
    are_kept = sum(len(part.data) for part in files) <= MOST_KEPT and 2 * len(files) + FIELDS <= store().settings.max_parts
    kept = [(part.filename, b64encode(part.data).decode()) for part in files] if are_kept else []
    values: dict[str, Any] = {"sent": sent, "plan": found, "kept": kept, "number": len(files), "message": refused.message}
    values |= {"tenant": sent.text(TENANT) or ("" if sent.text(EMPTY_TENANT) else None), "limits": limits(store().settings)}
    return page("deploy.html", refused.status, **values)


def limits(settings: Settings) -> list[tuple[str, int, str]]:
    """What the form may have at most, as its script counts it, with what is said of more."""
    parts, size = settings.max_parts, settings.max_body
    return [
        ("parts", parts, f"These are too many files for one deployment: at most {parts - FIELDS:,} are possible. {TOO_MANY}"),
        ("bytes", size, f"These files are too large for one deployment: together at most {size // 1024:,} KB are possible. {TOO_LARGE}"),
    ]
