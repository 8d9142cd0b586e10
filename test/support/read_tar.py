"""What tarfile finds in a tar, which comes in base64."""

import base64
import hashlib
import io
import json
import os
import sys
import tarfile

KINDS = {tarfile.REGTYPE: "file", tarfile.DIRTYPE: "directory", tarfile.SYMTYPE: "symlink"}


def encode(name):
    return os.fsencode(name).decode("latin-1")


def look(tar, info):
    body = tar.extractfile(info).read() if info.isfile() else b""
    return {
        "name": encode(info.name),
        "kind": KINDS.get(info.type, "other"),
        "size": info.size,
        "mode": info.mode,
        "target": encode(info.linkname),
        "sum": hashlib.sha256(body).hexdigest(),
        "owner": [int(info.mtime), info.uid, info.gid, encode(info.uname), encode(info.gname)],
    }


archive = io.BytesIO(base64.b64decode(json.load(sys.stdin)))
with tarfile.open(fileobj=archive) as tar:
    print(json.dumps([look(tar, info) for info in tar]))
