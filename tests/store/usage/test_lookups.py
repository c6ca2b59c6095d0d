"""Which values are used, and how the calls of a key are bound."""

from __future__ import annotations

from procdef.bpmn.model import Call
from procdef.store.usage.index import digest_of
from procdef.store.usage.lookups import LATEST, calls_of_key, used_among
from tests.api import Api
from tests.camunda.registry.test_called import bound, caller


def test_the_used_ones_of_several_digests(api: Api) -> None:
    everything = api.store.everything
    used, unused = digest_of("calledElement", "called"), digest_of("topic", "called")
    assert used_among(everything, [used, unused]) == ([], everything.revision())
    api.deploy(caller('calledElement="called"'))
    assert used_among(everything, [used, unused]) == ([used], everything.revision())


def test_each_binding_of_the_calls_of_a_key_is_given_once(api: Api) -> None:
    calls = ('calledElement="called"', 'calledElement="called"', bound("version", Version="1"), bound("version", Version="${x}"))
    api.deploy(caller(*calls, bound("latest", TenantId="t"), 'calledElement="other"'))
    found = dict(calls_of_key(api.store.everything, "called"))
    assert sorted(call.binding for call in found.values()) == ["latest", "latest", "version"]
    assert found[LATEST] == Call("", "called", "latest", None, None, None)
    assert list(calls_of_key(api.store.everything, "none")) == []
