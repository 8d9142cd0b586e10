"""
A layer's tar as archive_paths_to of nixpkgs' stream_layered_image.py writes it, in base64.

The store lies below a root. Owners are fixed ones, or each file's own, with names by id.
"""

import base64
import io
import itertools
import json
import os
import pathlib
import sys
import tarfile


def decode(name):
    return os.fsdecode(name.encode("latin-1"))


def archive_paths(spec):
    fixed, users, groups = spec["fixed"], spec["users"], spec["groups"]

    def apply_filters(info, filename=None):
        if fixed is not None:
            info.mtime, info.uid, info.gid = fixed["mtime"], fixed["uid"], fixed["gid"]
            info.uname, info.gname = decode(fixed["uname"]), decode(fixed["gname"])
        elif filename is not None:
            info.mtime = os.lstat(filename).st_mtime_ns // 10**9
            info.uname = decode(users.get(str(info.uid), ""))
            info.gname = decode(groups.get(str(info.gid), ""))
        return info

    def parent(path):
        info = tarfile.TarInfo(path)
        info.type = tarfile.DIRTYPE
        info.mode = 0o0755
        return info

    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        if spec["parents"]:
            tar.addfile(apply_filters(parent("/nix")))
            tar.addfile(apply_filters(parent("/nix/store")))
        for path in spec["paths"]:
            path = pathlib.Path(decode(path).lstrip("/"))
            files = [path] if path.is_symlink() else itertools.chain([path], path.rglob("*"))
            for filename in sorted(files):
                info = tar.gettarinfo(filename)
                info.name = ("/" + info.name)[len(decode(spec["cut"])):]
                if info.islnk():
                    info.type = tarfile.REGTYPE
                    info.linkname = ""
                    info.size = filename.stat().st_size
                info = apply_filters(info, filename)
                if info.isfile():
                    with open(filename, "rb") as file:
                        tar.addfile(info, file)
                else:
                    tar.addfile(info)
    return output.getvalue()


spec = json.load(sys.stdin)
os.chdir(os.fsencode(decode(spec["root"])))
print(json.dumps(base64.b64encode(archive_paths(spec)).decode("ascii")))
