"""Build hook: the distribution's dependencies are the names in requirements/*.in, so they are written once."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RuntimeRequirements(MetadataHookInterface):
    """Fills `project.dependencies` from requirements/runtime.in, and the extra `analyst`; the versions tested are in the .txt files."""

    def update(self, metadata: dict[str, object]) -> None:
        """Set `dependencies` and `optional-dependencies` in place."""
        metadata["dependencies"] = self._names("runtime")
        metadata["optional-dependencies"] = {"analyst": self._names("analyst")}

    def _names(self, name: str) -> list[str]:
        lines = (Path(self.root) / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
        names = [line.split("#")[0].strip() for line in lines]
        return [name for name in names if name and not name.startswith("-")]
