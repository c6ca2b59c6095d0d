"""The charsets that a client may name: the only way from a name in a request or a file to a codec of Python.

Python remembers every codec name that it looks up, also the unknown ones. Some of its codecs are not for strings, and some decode to halves
of surrogate pairs. So a name is looked up here first. These are the charsets of the engine, by the names that the engine accepts.
"""

from __future__ import annotations

from types import MappingProxyType

_NAMES = {
    "ascii": "us-ascii ascii iso646-us iso_646.irv:1991 ansi_x3.4-1968 cp367 ibm367 646",
    "utf_8": "utf-8 utf8 unicode-1-1-utf-8",
    "utf_16": "utf-16 utf16 utf_16 unicode unicodebig",
    "utf_16_le": "utf-16le utf_16le x-utf-16le unicodelittleunmarked",
    "utf_16_be": "utf-16be utf_16be x-utf-16be unicodebigunmarked iso-10646-ucs-2",
    "utf_32": "utf-32 utf32 utf_32",
    "utf_32_le": "utf-32le utf_32le x-utf-32le",
    "utf_32_be": "utf-32be utf_32be x-utf-32be",
    "latin_1": "iso-8859-1 iso8859-1 iso8859_1 8859_1 iso_8859-1 iso_8859_1 iso_8859-1:1987 iso-ir-100 latin1 l1 cp819 ibm819",
    "iso8859_2": "iso-8859-2 iso8859-2 iso8859_2 8859_2 iso_8859-2 latin2 l2",
    "iso8859_3": "iso-8859-3 iso8859-3 iso8859_3 8859_3 iso_8859-3 latin3 l3",
    "iso8859_4": "iso-8859-4 iso8859-4 iso8859_4 8859_4 iso_8859-4 latin4 l4",
    "iso8859_5": "iso-8859-5 iso8859-5 iso8859_5 8859_5 iso_8859-5 cyrillic",
    "iso8859_6": "iso-8859-6 iso8859-6 iso8859_6 8859_6 iso_8859-6 arabic asmo-708 ecma-114",
    "iso8859_7": "iso-8859-7 iso8859-7 iso8859_7 8859_7 iso_8859-7 greek greek8 ecma-118 elot_928",
    "iso8859_8": "iso-8859-8 iso8859-8 iso8859_8 8859_8 iso_8859-8 hebrew",
    "iso8859_9": "iso-8859-9 iso8859-9 iso8859_9 8859_9 iso_8859-9 latin5 l5",
    "iso8859_11": "iso-8859-11 iso8859_11 x-iso-8859-11",
    "iso8859_13": "iso-8859-13 iso8859-13 iso8859_13 8859_13 iso_8859-13",
    "iso8859_15": "iso-8859-15 iso8859-15 iso8859_15 8859_15 iso_8859-15 latin9 latin-9 l9",
    "iso8859_16": "iso-8859-16 iso8859_16 8859_16 latin10 l10",
    **{f"cp{number}": f"windows-{number} cp{number}" for number in range(1250, 1259)},
    **{f"cp{number}": f"ibm{number} cp{number} ibm-{number} {number}" for number in (437, 500, 850, 852, 855, 857, 858, 862, 866)},
    **{f"cp{number:03}": f"ibm{number:03} cp{number:03} ibm-{number:03} {number:03}" for number in (37, 273, 424, 1140)},
    "cp874": "x-windows-874 windows-874 ms874",
    "tis_620": "tis-620 tis620 tis620.2533",
    "koi8_r": "koi8-r koi8_r koi8",
    "koi8_u": "koi8-u koi8_u",
    "mac_roman": "x-macroman macroman",
    "gb18030": "gb18030 gb18030-2000 gb18030-2022",
    "gbk": "gbk cp936 windows-936 x-mswin-936 ms936",
    "gb2312": "gb2312 euc-cn euccn x-euc-cn euc_cn",
    "big5": "big5 csbig5",
    "big5hkscs": "big5-hkscs big5hkscs big5hk",
    "shift_jis": "shift_jis shift-jis sjis x-sjis ms_kanji csshiftjis",
    "cp932": "windows-31j ms932 windows-932 x-ms932 cswindows31j",
    "euc_jp": "euc-jp eucjp euc_jp x-euc-jp x-eucjp",
    "iso2022_jp": "iso-2022-jp iso2022jp jis jis_encoding csiso2022jp",
    "iso2022_jp_2": "iso-2022-jp-2 iso2022jp2 csiso2022jp2",
    "euc_kr": "euc-kr euckr euc_kr ksc5601 ks_c_5601-1987 ksc_5601",
    "cp949": "x-windows-949 ms949 windows949 windows-949",
    "iso2022_kr": "iso-2022-kr iso2022kr csiso2022kr",
}
CODECS = MappingProxyType({name: codec for codec, names in _NAMES.items() for name in names.split()})
"""The codec of each charset, by its names in lower case."""
LONGEST = max(map(len, CODECS))
"""Characters of the longest name."""


def codec_of(charset: str) -> str | None:
    """The codec of a charset by its name, in upper or lower case; None for an unknown name."""
    return CODECS.get(charset.lower()) if len(charset) <= LONGEST else None
