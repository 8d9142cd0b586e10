"""Each text read and written again as nixpkgs' script writes JSON."""

import json
import sys

print(json.dumps([json.dumps(json.loads(text), indent=4) for text in json.load(sys.stdin)]))
