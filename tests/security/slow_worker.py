"""Times conversions and prints a line of JSON each: ``python -m tests.security.slow_worker LIMIT_S < jobs``.

A job is ``[text, form, flavor, size]`` (see ``slow_texts``). The answer is ``[job, seconds of CPU, where it was stopped]``.
"""

from __future__ import annotations

import json
import signal
import sys
import time
import traceback

from converters import transforms, writers
from converters.errors import ConversionError
from converters.options import NoFiles, ReadOptions, Source, TransformOptions, WriteOptions
from converters.readers import read
from tests.security.slow_texts import FORMS, TEXTS

WIKIS = {"cloud": "confluence", "datacenter": "confluence", "notion": "notion"}


class TooSlow(BaseException):
    """The limit is over; no ``except Exception`` catches this."""


def _stop(*_: object) -> None:
    raise TooSlow


def convert(source: Source, flavor: str) -> None:
    """All three steps with nothing caught but refusals."""
    options = TransformOptions(target=WIKIS[flavor])
    try:
        made = transforms.apply(read(source, ReadOptions()), options, NoFiles())
        writers.write(made.document, options.target, WriteOptions(flavor=flavor))
    except ConversionError:
        pass


def timed(source: Source, flavor: str, limit: float) -> tuple[float, str]:
    """Seconds of CPU, and the innermost lines of ours where it was stopped or failed."""
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        convert(source, flavor)
        stopped = ""
    except (TooSlow, Exception) as error:
        lines = [f"{at.filename.rpartition('/')[2]}:{at.lineno}" for at in traceback.extract_tb(error.__traceback__)]
        stopped = f"{type(error).__name__} {' '.join(lines[-12:])}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - started, stopped


def main(limit: float) -> None:
    """Answers jobs until there are no more; each form is warmed up first."""
    signal.signal(signal.SIGPROF, _stop)
    for flavor in WIKIS:
        for make in FORMS.values():
            timed(make("# a\n\n*b* `c` $d$ <b>e</b> [f](g) [^h]\n\n- i\n\n| j |\n|---|\n| k |\n"), flavor, 60)
    for line in sys.stdin:
        name, form, flavor, size = job = json.loads(line)
        seconds, stopped = timed(FORMS[form](TEXTS[name](size)), flavor, limit)
        print(json.dumps([job, seconds, stopped]), flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]))
