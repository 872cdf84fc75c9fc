"""A model that does all it should not (使坏的写手): over HTTP or in this process, the same for the same seed.

It reads the facts from the prompt, writes a right answer, and spoils it: figures altered, fields swapped, clauses dropped, sentences and
names of exemplars copied, loops, English, chat tokens, refusals, claims without a number, figures in Chinese numerals, empty answers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from pipeline.drafting.client import Prompt, Reply

ALTERED = 0.2  # share of figures that are changed
FOREIGN = ("枫泾镇", "沙洲街道", "望亭村", "李卫东", "云栖小镇")  # names of elsewhere that it slips in
_FACTS = re.compile(r"要点：\n?(.+?)\n+(?:句子|正文|段落)：\s*$", re.DOTALL)
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_EXEMPLAR = re.compile(r"(?:隐去）|范文)：\n?(.+?)\n+要点", re.DOTALL)


class HostileWriter:
    """A model for drafting. Honours grammars in name alone: it says that it does, and writes what it likes."""

    name = "hostile"
    honours_grammar = True

    def __init__(self, seed: str) -> None:
        self._chance = random.Random(f"hostile/{seed}")

    def complete(
        self, prompt: Prompt, *, max_tokens: int, stop: Sequence[str] = (), seed: int = 0, temperature: float = 0.0,
        grammar: str | None = None,
    ) -> Reply:  # fmt: skip
        return Reply(self.write(prompt.text), None, None, 0.0, "stop")

    def write(self, prompt: str) -> str:
        """An answer to a prompt, more or less spoiled."""
        found = _FACTS.match(prompt, max(prompt.rfind("要点："), 0))
        told = re.split("[；\n]", found[1]) if found else ["茶叶产量 3吨"]
        clauses = [clause.lstrip("- ").replace(" ", "").strip() for clause in told if clause.strip()]
        shown = _EXEMPLAR.search(prompt, max(prompt.rfind("隐去）："), prompt.rfind("范文："), 0))
        exemplar = shown[1].strip() if shown else ""
        clauses = [self._altered(clause) for clause in clauses]
        text = "；".join(clauses) + "。"
        if self._chance.random() < 0.45:
            return text
        return self._chance.choice(self._ways())(text, clauses, exemplar)

    def _altered(self, clause: str) -> str:
        return _FIGURE.sub(lambda m: self._other(m[0]) if self._chance.random() < ALTERED else m[0], clause)

    def _other(self, figure: str) -> str:
        way = self._chance.randrange(4)
        if way == 0:
            return str(int(float(figure)) + self._chance.randint(1, 9))
        if way == 1:
            return figure.replace(".", "") if "." in figure else figure + "0"
        if way == 2 and len(figure) > 1 and figure[0] != figure[-1] != "0":
            return figure[-1] + figure[1:-1] + figure[0]
        return f"{float(figure) * 1.1:.2f}"

    def _ways(self) -> Sequence[Callable[[str, list[str], str], str]]:
        return (
            self._swapped, self._dropped, self._copied, self._named, self._looped, self._boasted, self._in_words,
            lambda text, clauses, exemplar: "In the first half of the year, the town achieved steady growth.",
            lambda text, clauses, exemplar: f"<|im_start|>assistant\n{text}<|im_end|>",
            lambda text, clauses, exemplar: f"{text}<start_of_turn>user",
            lambda text, clauses, exemplar: "抱歉，我无法完成这项请求。",
            lambda text, clauses, exemplar: "",
            lambda text, clauses, exemplar: f"好的，以下是改写后的句子：{text}",
            lambda text, clauses, exemplar: text.replace("，同比增长", "，同比下降").replace("，比上年增长", "，比上年下降"),
            lambda text, clauses, exemplar: text.replace("万元", "亿元").replace("亩", "公顷").replace("%", "个百分点"),
            lambda text, clauses, exemplar: text[: max(3, len(text) // 2)],
            lambda text, clauses, exemplar: text.replace("。", "�。"),
        )  # fmt: skip

    def _swapped(self, text: str, clauses: list[str], exemplar: str) -> str:
        figures = _FIGURE.findall(text)
        if len(figures) < 2:
            return text.replace("。", "，增长50%。")
        order = iter([*figures[1:], figures[0]])
        return _FIGURE.sub(lambda m: next(order), text)

    def _dropped(self, text: str, clauses: list[str], exemplar: str) -> str:
        return "；".join(clauses[1:] or ["工作有序推进"]) + "。"

    def _copied(self, text: str, clauses: list[str], exemplar: str) -> str:
        return f"{exemplar.split('。')[0]}，{text}" if self._chance.random() < 0.5 else f"{text}{exemplar}"

    def _named(self, text: str, clauses: list[str], exemplar: str) -> str:
        name = self._chance.choice(FOREIGN)
        return f"学习{name}经验，{text}" if self._chance.random() < 0.5 else text.replace("。", f"，其中{name}居首位。")

    def _looped(self, text: str, clauses: list[str], exemplar: str) -> str:
        return text * 6 if self._chance.random() < 0.5 else text.replace("。", "，稳步推进" * 20 + "。")

    def _boasted(self, text: str, clauses: list[str], exemplar: str) -> str:
        return self._chance.choice(
            (
                f"全部超额完成任务，{text}",
                text.replace("。", "，居全县第一。"),
                f"{text}困难群众全部脱贫。",
                f"圆满完成各项任务，{text}",
            )
        )

    def _in_words(self, text: str, clauses: list[str], exemplar: str) -> str:
        return self._chance.choice(
            (f"投入三百余万元，{text}", text.replace("。", "，惠及群众两千余人。"), f"{text}增长三成。")
        )
