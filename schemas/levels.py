"""内部风险等级: the four working levels of a matter (never a statutory warning level)."""

from enum import IntEnum


class Level(IntEnum):
    """Ordinal internal risk level; a higher number is graver (domain.md §2)."""

    BLUE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4

    @property
    def zh(self) -> str:
        """Chinese name shown to officials."""
        return _ZH[self]

    @property
    def code(self) -> str:
        """Stable lower-case name used in APIs and policy files."""
        return self.name.lower()

    @classmethod
    def parse(cls, code: str) -> "Level":
        """Level of a stable name such as ``"orange"``; ValueError names the choices."""
        level = _BY_CODE.get(code)
        if level is None:
            choices = ", ".join(_BY_CODE)
            raise ValueError(
                f"未知风险等级 {code!r}，应为 {choices} / unknown level {code!r}, expected one of {choices}"
            )
        return level


_ZH = {Level.BLUE: "蓝", Level.YELLOW: "黄", Level.ORANGE: "橙", Level.RED: "红"}
_BY_CODE = {level.code: level for level in Level}
