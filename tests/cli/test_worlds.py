"""`compare` and `promote` agree with the oracle of `tests.cli.engine_worlds` between two servers."""

from __future__ import annotations

import pytest

from tests.cli.contexts import Contexts
from tests.cli.engine_worlds import check
from tests.conftest import BOTH


@pytest.mark.parametrize(("database", "seed"), [(BOTH[0], 1), (BOTH[1], 2)], indirect=["database"])
def test_the_commands_agree_with_the_oracle(contexts: Contexts, seed: int) -> None:
    check([*contexts.urls.values()], seed)
