"""repr() of each list, and whether this Python's Unicode knows all of its characters."""

import json
import sys
import unicodedata


def look(texts):
    known = all(unicodedata.category(character) != "Cn" for text in texts for character in text)
    return {"repr": repr(texts), "known": known}


print(json.dumps([look(texts) for texts in json.load(sys.stdin)]))
