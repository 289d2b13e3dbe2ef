"""`python -m api`: the HTTP interface on the settings' host and port."""

import sys

from api.server import AddressTaken, make_server
from infra import clock
from infra.logs import configure_logging
from infra.settings import SettingsError, load_settings


def main() -> int:
    """Run until told to stop; the exit status."""
    try:
        settings = load_settings()
        clock.follow(settings.clock_file)
        configure_logging(settings, service="api")
        make_server(settings).run()
    except (SettingsError, AddressTaken) as problem:
        sys.stderr.write(f"✗ {problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
