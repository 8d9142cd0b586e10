"""For each list of byte strings: them sorted as Python sorts decoded names, the code points of each, and who is UTF-8."""

import json
import os
import sys


def is_utf8(name):
    try:
        name.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


def look(names):
    decoded = [os.fsdecode(name.encode("latin-1")) for name in names]
    return {
        "sorted": [os.fsencode(name).decode("latin-1") for name in sorted(decoded)],
        "points": [[ord(character) for character in name] for name in decoded],
        "utf8": [is_utf8(name.encode("latin-1")) for name in names],
    }


print(json.dumps([look(names) for names in json.load(sys.stdin)]))
