"""Build hook: the distribution's dependencies are the names in requirements/runtime.in, so they are written once."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RuntimeRequirements(MetadataHookInterface):
    """Fills `project.dependencies` from requirements/runtime.in; the versions tested are in runtime.txt."""

    def update(self, metadata: dict[str, object]) -> None:
        """Set `dependencies` in place."""
        lines = (Path(self.root) / "requirements" / "runtime.in").read_text(encoding="utf-8").splitlines()
        names = [line.split("#")[0].strip() for line in lines]
        metadata["dependencies"] = [name for name in names if name]
