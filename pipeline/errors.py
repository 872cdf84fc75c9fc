"""What can go wrong that the user can mend, and the exit code that goes with it."""

from __future__ import annotations


class PipelineError(Exception):
    """An input that cannot be used: says what is wrong, where, and how to mend it (all three in Chinese, for the clerk).

    Shown without a traceback by the command line, which then exits with `exit_code`.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"位置：{self.where}")
        if self.mend:
            lines.append(f"办法：{self.mend}")
        return "\n".join(lines)


class ServiceError(PipelineError):
    """A service that was asked for (a model endpoint) does not answer, or answers with what cannot be used."""

    exit_code = 3
