"""Run the Autobahn cases against a server and print `[case, whether it passed, close code]` of each, as JSON: `URL`.

A program of its own, since kosoku leaves stand-ins for other packages behind where it has run. kosoku gives each case a
second or so, which beside other programs may pass before anything is said: a case that ended without a close, and did
not pass, is run once more, alone.
"""

import asyncio
import json
import sys
from typing import Any

from kosoku import FailureError, run_fuzzingclient

COMPRESSED = ["12.*", "13.*"]
"""The server compresses nothing."""


async def main(url: str) -> None:
    results = await run(url, exclude_cases=COMPRESSED, concurrency=4)
    if late := [case for case, (passed, code) in results.items() if not passed and code is None]:
        results |= await run(url, cases=late)
    print(json.dumps([(case, *result) for case, result in results.items()]))


async def run(url: str, **chosen: Any) -> dict[str, tuple[bool, int | None]]:
    """What came of each case: whether it passed, and the code with which the server closed."""
    try:
        results = await run_fuzzingclient(url, **chosen)
    except FailureError as failed:
        results = failed.results
    return {case.case_id: (case.passed, case.remote_close_code) for case in results}


asyncio.run(main(sys.argv[1]))
