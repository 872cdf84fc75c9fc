"""Pinyin notes (拼音夹注): the readings that language-learning sites write behind characters, 乡(xiāng)镇(zhèn)."""

from __future__ import annotations

import re
import unicodedata

_TONED = "āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜńňǹḿ"
_LETTERS = f"a-zA-Z{_TONED}üɡê"
_NOTE = re.compile(rf"[(（]\s*([{_LETTERS}]{{1,7}}(?:[\s'’][{_LETTERS}]{{1,7}}){{0,5}})\s*[)）]")
_BARE = re.compile(rf"(?<=[\u3400-\u9fff])[a-zü]{{0,4}}[{_TONED}][a-zü]{{0,4}}(?=[\u3400-\u9fff，。、；：！？]|$)")
_BOPOMOFO = re.compile(r"[(（]\s*[\u3105-\u312fˊˇˋ˙\s]{1,8}[)）]")
_SYLLABLE = re.compile(
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?"
    r"(?:a|o|e|i|u|v|ai|ei|ui|ao|ou|iu|ie|ue|ve|er|an|en|in|un|vn|ang|eng|ing|ong|ia|ian|iang|iao|iong|ua|uai|uan|uang|uo|io)"
)
_TONES = frozenset(_TONED)


def pinyin_notes(text: str) -> list[tuple[int, int]]:
    """Spans of the pinyin notes in a text, brackets included, in order.

    A note stands behind a character; without a tone mark it must be a syllable: (GDP) and (km) stay. Also bopomofo in brackets, and readings with a tone mark between characters without brackets.
    """
    found: list[tuple[int, int]] = []
    for note in _NOTE.finditer(text):
        if _behind_character(text, note.start()) and (_TONES & set(note[1].lower()) or _is_reading(note[1])):
            found.append(note.span())
    if any(c in _TONES for c in text):
        found += [m.span() for m in _BARE.finditer(text)]
    found += [m.span() for m in _BOPOMOFO.finditer(text)]
    return sorted(found)


def _behind_character(text: str, at: int) -> bool:
    return at > 0 and ("\u3400" <= text[at - 1] <= "\u9fff" or "\ue000" <= text[at - 1] <= "\uf8ff")


def _is_reading(written: str) -> bool:
    if written != written.lower():
        return False
    plain = unicodedata.normalize("NFD", written.replace("ɡ", "g")).replace("ü", "v")
    syllables = re.split(r"[\s'’]+", "".join(c for c in plain if not unicodedata.combining(c)))
    # One letter (a) is a label of a list more often than a reading.
    return len(written) > 1 and all(_SYLLABLE.fullmatch(syllable) for syllable in syllables)
