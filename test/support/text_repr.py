"""repr() of each value, as Python prints it inside of other text."""

import json
import sys

print(json.dumps([repr(value) for value in json.load(sys.stdin)]))
