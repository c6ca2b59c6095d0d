"""What is compared for a client: as many elements and bytes as the limits say, however a file is written."""

from __future__ import annotations

import pytest

from procdef.bpmn.difference.limit import MAX_BYTES, MAX_ELEMENTS, check_size
from procdef.errors import TooLarge, UnreadableBpmn

HEADS = ("", "\ufeff", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8"?>', "<?xml version='1.0' encoding='{}'?>")
CODECS = ("utf-8", "iso-8859-1", "utf-16", "iso-2022-jp")


def file(elements: int, head: str = "", codec: str = "utf-8", inside: str = "") -> bytes:
    return f"{head.format(codec)}<a>{'<b/>' * (elements - 1)}{inside}</a>".encode(codec)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("inside", ["", "<!-- <c> -->", "<![CDATA[<c><c>]]>"])
def test_a_file_in_utf_8_has_a_limit(head: str, inside: str) -> None:
    check_size(file(MAX_ELEMENTS, head, inside=inside))
    with pytest.raises(TooLarge):
        check_size(file(MAX_ELEMENTS + 1, head, inside=inside))


@pytest.mark.parametrize("codec", CODECS)
def test_a_file_in_another_encoding_has_it_too(codec: str) -> None:
    check_size(file(MAX_ELEMENTS, HEADS[-1], codec))
    with pytest.raises(TooLarge):
        check_size(file(MAX_ELEMENTS + 1, HEADS[-1], codec))


def test_no_encoding_hides_elements() -> None:
    """Nothing else is sure of where the tags are, if a declaration says what is not so."""
    hidden = b"<?xml version='1.0' encoding='cp037'?>" + f"<a>{'<b/>' * MAX_ELEMENTS}</a>".encode("cp037")
    with pytest.raises((TooLarge, UnreadableBpmn)):
        check_size(hidden)


def test_bytes_have_a_limit() -> None:
    check_size(b"<a>" + b" " * (MAX_BYTES - 7) + b"</a>")
    with pytest.raises(TooLarge):
        check_size(b"<a>" + b" " * (MAX_BYTES - 6) + b"</a>")
