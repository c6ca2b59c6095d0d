"""Duplicate filtering: which files of an upload differ from the newest deployment of the same name, source and tenant.

The rule is the engine's, as observed: each file is compared with the file of the same name in the newest such deployment that has one. A
file that was deployed and is not in the upload makes no difference. Without a deployment name every file is new.
"""

from __future__ import annotations

from collections.abc import Sequence

from peewee import Database, Expression

from procdef.store.models import Deployment, Resource, is_tenant

DEFAULT_SOURCE = "process application"
NEWEST_FIRST = (Deployment.deploy_time.desc(), Deployment.id.desc())
Files = Sequence[tuple[str, bytes]]
"""Resource names and bytes."""


def changed(database: Database, name: str | None, source: str | None, tenant_id: str | None, files: Files) -> Files:
    """The files that differ from what is deployed, or are not deployed."""
    if name is None:
        return files
    of_upload = (Deployment.name == name) & is_tenant(Deployment.tenant_id, tenant_id) & _of_source(source)
    return [(file, data) for file, data in files if _newest(database, of_upload, file) != data]


def newest_of_name(database: Database, name: str | None) -> str | None:
    """The id of the newest deployment of a name, of any source and tenant: the engine's answer to a duplicate. None if there is none."""
    query = Deployment.select(Deployment.id).where(Deployment.name == name).order_by(*NEWEST_FIRST).limit(1)
    return next((row[0] for row in query.tuples().execute(database)), None)


def _of_source(source: str | None) -> Expression:
    if source in (None, "", DEFAULT_SOURCE):
        return (Deployment.source == DEFAULT_SOURCE) | Deployment.source.is_null()
    return Deployment.source == source


def _newest(database: Database, of_upload: Expression, file: str) -> bytes | None:
    query = (
        Resource.select(Resource.bytes)
        .join(Deployment, on=Resource.deployment_id == Deployment.id)
        .where(of_upload & (Resource.name == file))
    )
    newest = query.order_by(*NEWEST_FIRST).limit(1)
    return next((bytes(row[0]) for row in newest.tuples().execute(database)), None)
