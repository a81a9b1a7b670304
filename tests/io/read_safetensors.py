"""Reads a safetensors file with nothing but Python, checks it, and writes its numbers doubled."""

import json
import struct
import sys


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    (n,) = struct.unpack("<Q", data[:8])
    assert data[8:9] == b"{" and n % 8 == 0
    header = json.loads(data[8 : 8 + n].decode("utf-8"))
    metadata = header.pop("__metadata__", {})
    tensors, end = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        first, last = entry["data_offsets"]
        assert first == end, name
        end = last
        code = {"F32": "f", "F64": "d", "U8": "B"}[entry["dtype"]]
        n_values = (last - first) // struct.calcsize(code)
        values = struct.unpack(f"<{n_values}{code}", data[8 + n + first : 8 + n + last])
        tensors[name] = entry["dtype"], entry["shape"], values
    assert 8 + n + end == len(data)
    return metadata, tensors


def write(path, metadata, tensors):
    header, data = {"bytes": {"dtype": "U8", "shape": [3], "data_offsets": [0, 3]}}, b"abc"
    for name, (dtype, shape, values) in tensors.items():
        begin = len(data)
        data += struct.pack(f"<{len(values)}{'f' if dtype == 'F32' else 'd'}", *values)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, len(data)]}
    header["__metadata__"] = metadata
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


metadata, tensors = read(sys.argv[1])
assert tensors["moment"] == ("F64", [2, 1], (0.1, 0.2))
assert tensors["bias"] == ("F32", [2], (7.0, 8.0))
assert bytes(tensors.pop("words")[2]).decode() == "le\nchat\u00e9\n"
assert metadata.pop("digest").startswith("xxh3-128:")
doubled = {name: (dtype, shape, [2 * value for value in values])
           for name, (dtype, shape, values) in reversed(tensors.items())}
write(sys.argv[2], metadata, doubled)
