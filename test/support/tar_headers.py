"""The blocks that tarfile writes before each entry's body, in its pax format."""

import base64
import json
import os
import sys
import tarfile

TYPES = {"file": tarfile.REGTYPE, "directory": tarfile.DIRTYPE, "symlink": tarfile.SYMTYPE}


def decode(name):
    return os.fsdecode(name.encode("latin-1"))


def header(entry):
    info = tarfile.TarInfo(decode(entry["name"]))
    info.type = TYPES[entry["kind"]]
    info.linkname = decode(entry["target"])
    info.mode, info.size = entry["mode"], entry["size"]
    owner = entry["owner"]
    info.mtime, info.uid, info.gid = owner["mtime"], owner["uid"], owner["gid"]
    info.uname, info.gname = decode(owner["uname"]), decode(owner["gname"])
    blocks = info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
    return base64.b64encode(blocks).decode("ascii")


print(json.dumps([header(entry) for entry in json.load(sys.stdin)]))
