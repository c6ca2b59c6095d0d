"""What a page says when the services refuse what a form asks for."""

from __future__ import annotations

from typing import NamedTuple

from procdef.camunda.protocol.error_responses import body_of
from procdef.errors import Busy, Forbidden, InvalidBpmn, NotFound, OfForeignTenant, ProcdefError, Unavailable
from procdef.web.text import in_words


class Refusal(NamedTuple):
    """A sentence, and the status that the REST API has for the same error."""

    message: str
    status: int


FINE = Refusal("", 200)
"""Nothing was refused."""


def refusal(error: ProcdefError) -> Refusal:
    """What is said above the form, which keeps what was entered. Raises the error itself where another try of the form has no sense."""
    if isinstance(error, NotFound | Unavailable | Busy | Forbidden | OfForeignTenant):
        raise error
    if isinstance(error, InvalidBpmn):
        return Refusal(str(error), 400)
    return Refusal(in_words(str(error)), body_of(error)[1])
