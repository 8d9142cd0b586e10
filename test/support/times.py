"""isoformat() and whole seconds of each time, as nixpkgs' script takes them from a conf; null for what is no time."""

import json
import sys
from datetime import datetime


def read(text):
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return {"iso": time.isoformat(), "seconds": str(int(time.timestamp()))}


print(json.dumps([read(text) for text in json.load(sys.stdin)]))
