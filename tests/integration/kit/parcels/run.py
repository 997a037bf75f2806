"""The service in a process of its own: ``python -m tests.integration.kit.parcels.run [class] [stuck seconds]``."""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402

from tests.integration.kit.parcels import service as services  # noqa: E402
from whistle import log  # noqa: E402
from whistle.errors import Misconfigured, WhistleError  # noqa: E402
from whistle.runtime.embedded import Embedded  # noqa: E402
from whistle.runtime.process import Process  # noqa: E402
from whistle.runtime.pulse import Watchdog  # noqa: E402
from whistle.settings import load_settings  # noqa: E402


def main(name: str = "Parcels", stuck: str = "") -> int:
    """Run until it is told to stop; the exit code."""
    settings = load_settings()
    log.configure(level=settings.log_level, form=settings.log_format)
    try:
        hosted = [getattr(services, name)]
        # only the process is kept: the folder is locked for as long as that runs
        process = Embedded(settings, hosted).open() if settings.embedded else Process(settings, hosted)
        if stuck:
            process._watchdog = Watchdog(process.pulse, stuck_seconds=float(stuck))
        return process.run(lambda: services.say("ready", process.http.url))
    except WhistleError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, Misconfigured) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
