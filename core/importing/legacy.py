"""Vietnamese typed in the encodings of before Unicode, which fonts of their own made readable.

Read as what they are, TCVN3 (ABC) and VNI texts are letters of Western Europe: `NguyÔn V¨n An`,
`Nguyeãn Vaên An`. Which letters follow which gives them away; no Vietnamese word in Unicode has
these pairs (held by a test over the names of all official units).
"""

import re

# What stands beside a letter in TCVN3, never in Vietnamese: signs, a capital after a small one.
_TCVN3 = re.compile(
    r"[^\W\d_][¡¢£¤¥¦§¨©ª«¬®µ¶·¸¹»¼½¾]|[¨©ª«¬®µ¶·¸¹]\w|[a-zà-ÿ][ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞ]"
)
# VNI writes the mark after its letter.
_VNI = re.compile(
    r"a[ùøûõïâáàåãäêéèúüë]|e[ùøûõïâáàåãä]|o[ùøûõïâåä]|u[ùøûõï]|[ôö][ùøûõï]|y[ùøûõ]|\bñ[aeiouyöô]",
    re.IGNORECASE,
)
# Letters that only Unicode has: whoever typed one, typed Unicode.
_UNICODE = re.compile(r"[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]")


def is_legacy(text: str) -> bool:
    """Whether a composed text was typed in TCVN3 or VNI."""
    if text.isascii() or _UNICODE.search(text):
        return False
    return bool(_TCVN3.search(text) or _VNI.search(text))
