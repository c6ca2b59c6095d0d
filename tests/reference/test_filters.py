"""The file of filters says which of them an engine does not have."""

from __future__ import annotations

import pytest

from procdef.reference.filters import LISTS, OURS

ENGINE = {
    "definitions": (
        "active category categoryLike deployedAfter deployedAt deploymentId incidentId incidentMessage incidentMessageLike incidentType "
        "includeProcessDefinitionsWithoutTenantId key keyLike keysIn latest latestVersion name nameLike notStartableInTasklist "
        "processDefinitionId processDefinitionIdIn resourceName resourceNameLike startableBy startableInTasklist "
        "startablePermissionCheck suspended tenantIdIn ver version versionTag versionTagLike withoutTenantId withoutVersionTag"
    ),
    "deployments": "after before id includeDeploymentsWithoutTenantId name nameLike source tenantIdIn withoutSource withoutTenantId",
    "incidents": (
        "activityId causeIncidentId configuration executionId failedActivityId incidentId incidentMessage incidentMessageLike "
        "incidentTimestampAfter incidentTimestampBefore incidentType jobDefinitionIdIn processDefinitionId processDefinitionKeyIn "
        "processInstanceId rootCauseIncidentId tenantIdIn"
    ),
}
"""The parameters of the lists of the engine's REST API 7.24, by what the command calls the lists."""


@pytest.mark.parametrize("noun", LISTS)
def test_a_filter_is_the_engines_or_ours(noun: str) -> None:
    names = {entry.name for entry in LISTS[noun][1].filters}
    assert names - set(ENGINE[noun].split()) == names & OURS
